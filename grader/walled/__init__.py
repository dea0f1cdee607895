"""What builds the walls from inside: `grader.walls` starts it as a script, apart from the rest of the grader.

Nothing here imports much: `json`, `pathlib`, `signal`, `socket` and `typing` together take longer than the walls do.
"""
