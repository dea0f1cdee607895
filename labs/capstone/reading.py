"""Reads a run's telemetry with patience: a file may be half written, damaged or gone, and what can be read is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from grader.telemetry import Span, Telemetry, TelemetryError, read_bytes, read_lines

_AGAIN = "Run the notebook's last serve() cell again: each serve() starts the file anew."
_LAST_NS = 2**63 - 1
"""The last Unix nanosecond that a 64-bit clock can tell, in the year 2262."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held: spans whose times can be true, notes on what was left out, and a problem if nothing is left."""

    spans: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""


def read_run(path: Path) -> Reading:
    """Read a telemetry file, whatever it holds; an unfinished last line is left for the next look."""
    try:
        text = read_bytes(path)
    except TelemetryError as error:
        return Reading(problem=f"{error} Delete the file, then run the notebook's last serve() cell again.")
    if not text.strip():
        return Reading(problem=f"The file is empty: no span has been written yet. {_AGAIN}")
    # Lines end in \n only: a string may hold other characters that Python would also take for line ends.
    *whole, rest = text.decode("utf-8", "replace").split("\n")
    reading = _read([*whole, rest] if _parses([rest]) else whole)
    if not reading.spans and not reading.problem:
        return replace(reading, problem=f"The file holds no span, so there is no call to show. {_AGAIN}")
    return reading


def _read(lines: list[str]) -> Reading:
    notes: list[str] = []
    telemetry = _parses(lines)
    if telemetry is None:
        parts = [_parses([line]) for line in lines]
        broken = [number for number, part in enumerate(parts, start=1) if part is None]
        if len(broken) == sum(bool(line.strip()) for line in lines):
            return Reading(problem=f"None of the file's lines is OTLP/JSON, so there is nothing to show. {_AGAIN}")
        lost = f"{_count(len(broken), 'line')} of {len(lines):,} left out"
        notes.append(f"{lost}: not OTLP/JSON, the first is line {broken[0]:,}. {_AGAIN}")
        telemetry = Telemetry(tuple(span for part in parts if part for span in part.spans))
    spans = tuple(s for s in telemetry.spans if 0 <= s.start_ns <= _LAST_NS and 0 <= s.end_ns <= _LAST_NS)
    if len(spans) < len(telemetry.spans):
        lost = _count(len(telemetry.spans) - len(spans), "span")
        notes.append(f"{lost} left out: start or end is no time between 1970 and 2262.")
    return Reading(spans, tuple(notes))


def _parses(lines: list[str]) -> Telemetry | None:
    try:
        return read_lines(lines)
    except TelemetryError:
        return None


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' if number != 1 else ''}"
