"""The judge of the labs: it reads telemetry, lays it beside the truth, and says what is missing.

In a notebook `show` draws the last run. On the command line the judge is `grade` (`grader.cli`).
"""

from grader.view import show

__all__ = ["show"]
