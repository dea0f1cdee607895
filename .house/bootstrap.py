"""What `make start` and `make test` run first, on any Python: say what is missing, or install it.

This file keeps to words that old Pythons can read, so that they reach the line that says they are too old.
"""

import sys

OLDEST = (3, 11)


def python_line(version):
    # type: (tuple[int | str, ...]) -> str
    """What to tell a person whose Python is too old; an empty string when it is new enough."""
    if version[:2] >= OLDEST:
        return ""
    name = ".".join(str(number) for number in version[:2])
    return (
        "This is Python " + name + "; the course needs 3.11 or newer.\n"
        "If you have one, name it: make start PYTHON=python3.12"
    )


if __name__ == "__main__":
    line = python_line(sys.version_info)
    if line:
        sys.stderr.write(line + "\n")
        sys.exit(1)
    from install import main

    sys.exit(main(sys.argv[1:]))
