"""`grade audit`. Exit codes: 0 nothing serious found, 1 something is, 2 wrong usage, 3 no telemetry or unreadable."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from grader.audit.auditing import audit
from grader.audit.html_page import to_html
from grader.audit.listening import Until, default_until, listen
from grader.audit.sources import read_files
from grader.audit.terminal import printed
from grader.otlp.receiver import ReceiverError
from grader.telemetry import Telemetry, TelemetryError

PORT = 4318
_EPILOG = "Exit codes: 0 nothing serious found, 1 something is, 2 wrong usage, 3 no telemetry, or it cannot be read."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grade audit",
        description="Say which of the six signals your own application's telemetry has, and what to fix first.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", type=Path, help="OTLP/JSON lines, packed or not; without it: listen"
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"where to listen (default {PORT}; 0: any free one)")
    parser.add_argument("--seconds", metavar="S", type=float, help="stop listening after so long")
    parser.add_argument("--calls", metavar="N", type=int, help="stop listening after so many calls to a model")
    parser.add_argument("--quiet", metavar="S", type=float, help="stop when nothing more has come for so long")
    parser.add_argument("--json", metavar="FILE", help="write the report as JSON (- for standard output)")
    parser.add_argument("--html", metavar="FILE", help="write the report as one HTML page")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    until = Until(options.seconds, options.calls, options.quiet)
    if options.files and until != Until():
        parser.error("--seconds, --calls and --quiet are for listening; leave them out, or the file")
    if any(limit is not None and not limit > 0 for limit in (until.seconds, until.calls, until.quiet_s)):
        parser.error("--seconds, --calls and --quiet take a number above 0")
    if not 0 <= options.port <= 65535:
        parser.error("--port takes a number from 0 to 65535")
    try:
        return _audit(_telemetry(options, until), options)
    except (TelemetryError, ReceiverError) as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nStopped. No report was written.", file=sys.stderr)
        return 3


def _telemetry(options: argparse.Namespace, until: Until) -> Telemetry:
    if options.files:
        return read_files(options.files)
    return listen(options.port, default_until(until), sys.stderr)


def _audit(telemetry: Telemetry, options: argparse.Namespace) -> int:
    report = audit(telemetry)
    exit_code = report.exit_code
    to_stdout = options.json == "-"
    _write(printed(report, colour=_has_colour(to_stdout)), sys.stderr if to_stdout else sys.stdout)
    if to_stdout:
        _write(report.to_json(), sys.stdout)
    for target, text in (
        (None if to_stdout else options.json, report.to_json),
        (options.html, lambda: to_html(report)),
    ):
        if target:
            try:
                Path(target).write_text(text(), encoding="utf-8")
            except OSError as error:
                print(f"The report cannot be written to {target}: {error.strerror}.", file=sys.stderr)
                exit_code = 3
    return exit_code


def _has_colour(to_stdout: bool) -> bool:
    return (sys.stderr if to_stdout else sys.stdout).isatty() and "NO_COLOR" not in os.environ


def _write(text: str, stream: TextIO) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # a terminal that knows no ✓ shows ? and goes on
    with contextlib.suppress(OSError):  # nobody reads on: the exit code still says the verdict
        print(text, end="", file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
