"""The table of a million calls: how long it takes to write, and in how much memory."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Row
from tests.real.stack import ROOT

CALLS = 1_000_000
ROUNDS = 3
# What any program must do that writes such a table: draw twenty columns of numbers and hand them to Parquet.
REFERENCE = """
import sys, numpy as np, pyarrow as pa, pyarrow.parquet as pq
chance = np.random.default_rng(1)
columns = {f"c{n}": chance.lognormal(size=1_000_000) for n in range(10)}
columns |= {f"i{n}": chance.integers(0, 5000, 1_000_000) for n in range(10)}
pq.write_table(pa.table(columns), sys.argv[1], compression="zstd")
"""


def rows() -> Iterator[Row]:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        ours = ["-m", "simulator", "run", "silent_regression", f"--calls={CALLS}", "--only-table", f"--out={folder}"]
        reference = ["-c", REFERENCE, str(Path(folder) / "reference.parquet")]
        found = [(_child(ours), _child(reference)) for _ in range(ROUNDS)]
    ours_s, reference_s = (statistics.median(run[which][0] for run in found) for which in (0, 1))
    ours_mib, reference_mib = (max(run[which][1] for run in found) for which in (0, 1))
    name, beside = "a million calls written to Parquet", "numpy and pyarrow, 1M x 20 drawn and written"
    yield Row(name, ours_s, reference_s, beside, "s", ours_s, 10.0, goal=3.0)
    yield Row("  its memory", ours_mib, reference_mib, beside, "MiB", ours_mib, 1536.0)


def _child(arguments: list[str]) -> tuple[float, float]:
    """Run Python in a process of its own; its seconds and the most memory it had, in MiB."""
    begun = time.clock_gettime(time.CLOCK_MONOTONIC)
    child = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    taken_s = time.clock_gettime(time.CLOCK_MONOTONIC) - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{arguments} ended with {child.returncode}")
    return taken_s, used.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)
