"""`grade doctor`: what this machine lacks, and what to type against it.

`findings` is what is said, `machine` and `installation` look, `command` asks them all. Import the modules.
"""
