"""`simulate run`: a stretch of traffic with the reference bot: telemetry, ledger and, if wanted, one row per call."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from opentelemetry import _logs, metrics

from simulator.client import Client
from simulator.engine import PRACTICE_SEED, Engine
from simulator.incident import STRENGTHS
from simulator.ledger import to_lines
from simulator.scenario import MOST_REQUESTS, Befalls, Scenario, ScenarioError, check_incident, find_scenario

MOST_DAYS = 366.0
_FILES = ("telemetry.jsonl", "ledger.jsonl", "table.parquet")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `run` to `simulate`."""
    parser = commands.add_parser("run", help="play a stretch of traffic, and write telemetry, ledger and table")
    parser.add_argument("scenario", help="name of a scenario (`simulate list`), or a TOML file of your own")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--days", type=float, help="as many requests as come in so many days")
    length.add_argument("--calls", type=int, help="stop after the request that makes so many calls to the model")
    parser.add_argument("--seed", type=int, default=PRACTICE_SEED, help=f"which traffic (default {PRACTICE_SEED})")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files; made if it is not there")
    parser.add_argument("--table", action="store_true", help="also write table.parquet: one row per call")
    parser.add_argument(
        "--only-table", action="store_true", help="write nothing but the table: a million calls in seconds"
    )
    parser.add_argument(
        "--incident",
        action="append",
        default=[],
        metavar="NAME[=STRENGTH]",
        help=f"add an incident over the middle half of the run ({', '.join(STRENGTHS)}; default severe); repeatable",
    )


def run(options: argparse.Namespace) -> int:
    """Play; returns the exit code: 0 done, 2 wrong usage, 130 stopped by Ctrl-C (and then nothing is written)."""
    try:
        scenario = _chosen(options)
        with _whole_files(options.out) as folder, _progress(scenario.requests) as done:
            requests = scenario.requests
            if not options.only_table:
                requests = _record(scenario, options, folder, done)
            if options.table or options.only_table:
                calls = options.calls if options.only_table else None
                _tabulate(scenario, options.seed, folder, (requests, calls), done)
    except (ScenarioError, OSError) as error:
        print(f"simulate run: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Nothing was written.", file=sys.stderr)
        return 130
    for name in _FILES:
        if (options.out / name).exists():
            print(options.out / name)
    return 0


def _chosen(options: argparse.Namespace) -> Scenario:
    scenario = find_scenario(options.scenario)
    if options.days is not None and not 0 < options.days <= MOST_DAYS:
        raise ScenarioError(f"--days is {options.days}. Allowed: more than 0, at most {MOST_DAYS:.0f}.")
    if options.calls is not None and not 1 <= options.calls <= MOST_REQUESTS:
        raise ScenarioError(f"--calls is {options.calls}. Allowed: 1 to {MOST_REQUESTS}.")
    requests = None if options.calls is None else scenario.requests_for(options.calls)
    sized = scenario.sized(requests=requests, days=options.days)
    if sized.requests > MOST_REQUESTS:
        raise ScenarioError(f"That is {sized.requests} requests. Allowed: at most {MOST_REQUESTS}.")
    return sized.with_incidents([*sized.incidents, *map(_befalls, options.incident)])


def _befalls(given: str) -> Befalls:
    name, _, strength = given.partition("=")
    check_incident(name, strength or "severe")
    return Befalls(name, strength or "severe", (0.25, 0.25), 0.5)


def _record(scenario: Scenario, options: argparse.Namespace, folder: Path, done: Callable[[int], None]) -> int:
    """Play the scenario through the reference bot; returns how many requests were played."""
    from simulator.bot import Bot
    from simulator.bot_signals import Signals
    from simulator.recorder import TELEMETRY_VARIABLE, Recorder
    from simulator.run import play

    os.environ[TELEMETRY_VARIABLE] = str(folder / "telemetry.jsonl")
    with (folder / "ledger.jsonl").open("w", encoding="utf-8") as ledger:
        # Written as it comes: a month's ledger would not fit into memory.
        engine = Engine(scenario, options.seed, sink=lambda entry: ledger.writelines(to_lines([entry])))
        recorder = Recorder()
        tracer = recorder.tracer_provider("support-bot").get_tracer("support-bot")
        signals = Signals(tracer, metrics.get_meter("support-bot"), _logs.get_logger("support-bot"))
        bot = Bot(Client(engine=engine), signals)

        def goes_on(count: int) -> bool:
            done(count)
            return options.calls is None or engine.ledger.next_number < options.calls

        summary = play(bot.answer, engine, recorder, scenario, options.seed, goes_on)
        engine.ledger.finish()
    recorder.file.close()
    return summary.requests


def _tabulate(
    scenario: Scenario, seed: int, folder: Path, most: tuple[int, int | None], done: Callable[[int], None]
) -> None:
    try:
        from simulator.edges.table import write_table
    except ImportError as error:
        raise ScenarioError(
            f"the table needs numpy and pyarrow ({error}). Install them with the extra 'table', or leave --table away."
        ) from error
    write_table(scenario, seed, folder / "table.parquet", requests=most[0], calls=most[1], done=done)


@contextmanager
def _whole_files(out: Path) -> Iterator[Path]:
    """Yield a folder to write into; its files come to `out` at the end, and not at all if something goes wrong."""
    out.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".simulate-", dir=out))
    try:
        yield folder
        for name in _FILES:
            if (folder / name).exists():
                (folder / name).replace(out / name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _progress(requests: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal while requests are played; elsewhere show nothing."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("requests", total=requests)
        yield lambda count: progress.update(task, completed=count)
