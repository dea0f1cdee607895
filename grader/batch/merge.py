"""`grade batch merge`: the results of several batches, such as the jobs of a CI matrix, as those of one class."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.batch.kept import BusyError, Kept, held, keep, read
from grader.batch.outputs import Teller, tell_end, write_all
from grader.batch.summary import summarise
from grader.terminal import print_line


def merge(folders: tuple[Path, ...], out: Path) -> int:
    """Bring results together; where two folders have the same one, the folder named later counts."""
    found: dict[str, Kept] = {}
    teller = Teller(0)
    for folder in folders:
        files = sorted((folder / "results").glob("*.json"))
        if not files:
            teller.trouble(f"There are no results in {folder}. It takes folders that grade batch --out has written.")
        for file in files:
            try:
                kept = read(file)
            except (OSError, ValueError) as error:
                teller.trouble(f"{file} is left out: {error}")
                continue
            if kept.name in found and found[kept.name] != kept:
                print_line(f"{kept.learner}, lab {kept.report.lab}: the result in {folder} counts.", sys.stderr)
            found[kept.name] = kept
    if not found:
        return 3
    try:
        with held(out):
            for kept in found.values():
                keep(out, kept)
            summary = summarise(found.values())
            write_all(out, summary, teller)
    except BusyError as error:
        print_line(str(error), sys.stderr)
        return 3
    except OSError as error:
        print_line(f"{out} cannot be written to: {error.strerror}.", sys.stderr)
        return 3
    tell_end(out, summary)
    return 3 if teller.had_trouble else summary.exit_code
