"""Takes OTLP over HTTP from a program in any language, and grades such a program.

`wire` turns one request's body into OTLP/JSON lines, `receiver` listens, `grading` lays what came beside the ledger.
Import the modules: each brings only what it needs.
"""
