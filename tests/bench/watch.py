"""From save to verdict while `grade 06 --watch` runs: how long a learner waits who has just changed something."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader.labs import ROOT_VARIABLE, find_lab
from grader.notebook import to_notebook
from tests.bench.measure import Row, seconds

SAVES = 7
PAUSE_S = 1.5  # nobody saves the moment the verdict is there


def rows() -> Iterator[Row]:
    """Measure lab 06, the reference saved anew each time."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        waited = statistics.median(_waits(Path(folder)))
    yield Row("save to verdict in watch mode", waited, None, "-", "s", waited, 0.5)


def _waits(root: Path) -> list[float]:
    lab = find_lab("06")
    (root / lab.folder.name).symlink_to(lab.folder, target_is_directory=True)
    notebook = root / "my" / f"{lab.folder.name}.ipynb"
    notebook.parent.mkdir()
    text = to_notebook(lab.reference)
    notebook.write_text(text, encoding="utf-8")
    watching = subprocess.Popen(
        [Path(sys.executable).with_name("grade"), lab.number, "--watch"],
        env=os.environ | {ROOT_VARIABLE: str(root)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _read_until(watching, "Watching ")
        waits = []
        for number in range(SAVES):
            time.sleep(PAUSE_S)
            saved = notebook.with_name(".saved")
            saved.write_text(text + "\n" * number, encoding="utf-8")
            saved.replace(notebook)
            waits.append(seconds(lambda: _read_until(watching, "Lab 06: passed")))
            _read_until(watching, "Watching ")
        return waits
    finally:
        watching.kill()
        watching.wait()


def _read_until(watching: "subprocess.Popen[str]", words: str) -> None:
    assert watching.stdout is not None
    for line in watching.stdout:
        if words in line:
            return
    raise SystemExit(f"grade --watch ended without {words!r}")
