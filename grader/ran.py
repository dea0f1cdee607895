"""What came back from running a notebook, however it was run, and how its ending is told to a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.telemetry import MOST_GRADED_BYTES, Telemetry, TelemetryError, read_bytes, read_raw
from grader.truth import Ledger

MEMORY_BYTES = 2 * 2**30
"""Address space that a graded notebook may use."""

FILE_BYTES = 2 * MOST_GRADED_BYTES
"""No file that a graded notebook writes may be larger: enough for the judge to say that its telemetry is too large."""

_LONGEST = 2000


class GraderError(Exception):
    """The grader itself failed; says where, so that it can be reported."""


class RunError(Exception):
    """A run could not be set up; says what to do."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came back from one run of a notebook.

    `ending` is "done", "timeout", "crashed", or "tampered" if what it emitted cannot be read; `message` says, except
    for the first, what happened where; `raw` is the telemetry file as it was written; `protections` names what kept
    the notebook apart.
    """

    ending: str
    message: str
    telemetry: Telemetry
    ledger: Ledger
    raw: bytes = b""
    protections: tuple[str, ...] = ()


def ran(ending: str, message: str, telemetry_file: Path, ledger: Ledger, *, follow: bool = True) -> Ran:
    """Return what came back from a run that ended so, with what it wrote; links are followed only if `follow`.

    What a stopped notebook left is kept and not judged: its last line may be half written.
    """
    raw, telemetry = b"", Telemetry()
    try:
        raw = read_bytes(telemetry_file, follow=follow, most_bytes=MOST_GRADED_BYTES)
        if ending == "done":
            telemetry = read_raw(raw)
    except TelemetryError as error:
        if ending == "done":
            ending, message = "tampered", str(error)
    return Ran(ending, message, telemetry, ledger, raw)


def explain(error: Any) -> str:
    """Tell a person what stopped a notebook, from what `cell_runner.run_cells` said of it."""
    try:
        # A notebook can write such words itself: neither their types nor their lengths are given.
        cell, line, kind, text = (str(error[name] or "")[:_LONGEST] for name in ("cell", "line", "kind", "text"))
    except (KeyError, TypeError, ValueError, RecursionError):
        return "The notebook stopped, and did not say why."
    place = f"{line[:1].upper()}{line[1:]}" if line else f"Cell {cell}"
    match kind:
        case "MemoryError":
            return f"{place}. It asked for more than {MEMORY_BYTES // 2**30} GB of memory."
        case "SystemExit":
            return f"{place}. It ended the notebook (sys.exit). Take that out."
        case "SyntaxError" | "IndentationError" | "TabError":
            return f"{place}. This is not Python: {text.split(' (<cell')[0]}."
    return f"{place}. {kind}: {text}" if text else f"{place}. {kind}."
