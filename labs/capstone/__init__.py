"""The capstone's board: pure modules that turn the telemetry of a run into what the page shows.

`labs/14_dashboard/app.py` is the page; it asks, these modules answer. None of them imports Streamlit.
"""

from labs.capstone.board import Board, make_board
from labs.capstone.reading import Reading, read_run
from labs.capstone.runs import Run, find_runs, runs_folder

__all__ = ["Board", "Reading", "Run", "find_runs", "make_board", "read_run", "runs_folder"]
