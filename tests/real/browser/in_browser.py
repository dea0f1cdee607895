"""The Python side of the browser test: a notebook's text in, its practice report out. Runs in Pyodide."""

import json
import tempfile
from pathlib import Path

from grader.labs import find_lab
from grader.notebook import read_notebook
from grader.practice import practise


def grade(order: str) -> str:
    """Grade `{"lab", "notebook", "seed"}`, where `notebook` is the text of an `.ipynb`, and return JSON.

    The answer has the report and the telemetry that was judged. The seed is text, because JavaScript rounds numbers
    above 2 to the 53rd.
    """
    wanted = json.loads(order)
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder, "notebook.ipynb")
        notebook.write_text(wanted["notebook"], encoding="utf-8")
        cells = read_notebook(notebook)
    grading = practise(find_lab(wanted["lab"]), cells, int(wanted["seed"]) if wanted["seed"] else None)
    report = json.loads(grading.report.to_json())
    return json.dumps({"report": report, "telemetry": grading.telemetry.decode()})
