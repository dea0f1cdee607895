"""Grades a program in any language: the fake server on one side of it, an OTLP receiver on the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from grader import own_files
from grader.judge import Grading, LinkParagraph, judge
from grader.labs import Lab
from grader.otlp import words
from grader.otlp.fake_server import FakeServer
from grader.otlp.program import Program, variables
from grader.otlp.receiver import Receiver, ReceiverError
from grader.ran import RunError
from grader.report import Report
from grader.telemetry import read_lines

TOLERANCE_NS = 50_000_000
"""So far (nanoseconds) a span may lie from what the server measured: two clocks, a socket and a runtime lie between."""

QUIET_S = 6.0
"""Telemetry is taken to be complete when nothing came for so long: most SDKs send a batch every 5 s."""

_QUIET_AFTER_END_S = 0.5
_COMMAND_LIMIT_S, _PERSON_LIMIT_S = 180.0, 600.0
_LOOK_S = 0.1
_MOST_BYTES = 64 * 2**20  # an evening of lab 06 has half a megabyte


def grade_program(
    lab: Lab,
    seed: int,
    *,
    command: Sequence[str] = (),
    link: LinkParagraph = lambda lab, anchor: anchor,
    time_limit_s: float | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Grading:
    """Grade what a program emits while it plays an evening of this seed; by the lab's own checks.

    Args:
        lab: whose evening and checks.
        seed: which traffic; the program does not learn it.
        command: the program and its arguments; without one, somebody starts it elsewhere and is told how.
        link: as for `grader.judge.judge`.
        time_limit_s: real seconds to wait, by default 180 for a command and 600 for a person.
        say: gets each line that a person reads meanwhile.

    Raises:
        grader.check_run.GraderError: if the checks themselves are broken.
    """
    began_s = time.perf_counter()
    limit_s = time_limit_s or (_COMMAND_LIMIT_S if command else _PERSON_LIMIT_S)
    lines: list[str] = []

    def report(verdict: str, message: str) -> Grading:
        from grader.check_run import blocked_results

        blocked = blocked_results(lab.checks_file, "the program's evening could not be judged")
        checks = tuple(replace(result, lesson=link(lab.number, result.lesson)) for result in blocked)
        seconds = time.perf_counter() - began_s
        return Grading(Report(lab.number, verdict, seed, seconds, checks, message=message), _raw(lines))

    before = own_files.snapshot(lab.folder)
    try:
        with Receiver(most_bytes=_MOST_BYTES) as receiver, FakeServer(lab.scenario, seed) as server:
            environment = variables(server.address, receiver.address)
            for line in words.introduction(environment, command, limit_s):
                say(line)
            with Program(command, environment) as program:
                ending = _wait(server, receiver, program, limit_s)
                code = program.exit_code
            lines += receiver.lines()
            arrived = receiver.arrived
            ledger = server.take_ledger()
    except (RunError, ReceiverError) as error:
        return report("cannot-grade", str(error))
    say(f"Arrived: {arrived}.")
    if changed := own_files.changed(before):
        return report("tampered", own_files.told(changed))
    refused = words.refusals(arrived)
    missing = words.missing(ledger, bool(lines), bool(refused))
    if code:
        told = report("crashed", words.died(code, ledger))
    elif ending == "timeout":
        told = report("timeout", words.late(limit_s, ledger, bool(lines)))
    elif not ledger.attempts:  # there is nothing to check, and a check could only guess why
        told = report("failed", missing)
    else:
        # Each line was read when it came: this cannot fail.
        judged = judge(lab.number, lab.checks_file, read_lines(lines), ledger, link, TOLERANCE_NS)
        seconds = time.perf_counter() - began_s
        told = Grading(replace(judged, seed=seed, seconds=seconds, message=missing), _raw(lines))
    return replace(told, report=replace(told.report, notes=(*told.report.notes, *refused)))


def _raw(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _wait(server: FakeServer, receiver: Receiver, program: Program, limit_s: float) -> str:
    """Wait until there is something to judge ("done"), or for too long ("timeout")."""
    until_s = time.monotonic() + limit_s
    quiet_from_s: float | None = None
    while time.monotonic() < until_s:
        if program.exit_code is not None:
            # What it sent last may still be on its way in.
            receiver.wait_quiet(_QUIET_AFTER_END_S, _QUIET_AFTER_END_S if receiver.quiet_s() is None else QUIET_S)
            return "done"
        if server.played:
            quiet_from_s = quiet_from_s or time.monotonic()
            quiet_s = receiver.quiet_s()
            waited_s = time.monotonic() - quiet_from_s
            if waited_s >= QUIET_S and (quiet_s is None or quiet_s >= QUIET_S):
                return "done"
        time.sleep(_LOOK_S)
    return "timeout"
