"""A session apart: what a graded process is when it starts, in an interpreter that goes on afterwards (the browser).

The session that was there, OpenTelemetry's global providers included, is put aside and comes back untouched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from opentelemetry import _logs, metrics, trace
from opentelemetry._logs import _internal as logs_globals
from opentelemetry.metrics import _internal as metrics_globals
from opentelemetry.util._once import Once

from simulator import clock, session
from simulator.engine import Engine
from simulator.ledger import to_lines
from simulator.recorder import TELEMETRY_VARIABLE

# OpenTelemetry lets a process set each provider once and has no public way back. The names are those of the pinned
# release; setting one that a release renamed would change nothing unseen, so reading them first must fail.
_GLOBALS: tuple[tuple[Any, str, Any], ...] = (
    (trace, "_TRACER_PROVIDER", lambda: None),
    (trace, "_TRACER_PROVIDER_SET_ONCE", Once),
    (trace, "_PROXY_TRACER_PROVIDER", trace.ProxyTracerProvider),
    (logs_globals, "_LOGGER_PROVIDER", lambda: None),
    (logs_globals, "_LOGGER_PROVIDER_SET_ONCE", Once),
    (logs_globals, "_PROXY_LOGGER_PROVIDER", logs_globals.ProxyLoggerProvider),
    (metrics_globals, "_METER_PROVIDER", lambda: None),
    (metrics_globals, "_METER_PROVIDER_SET_ONCE", Once),
    (metrics_globals, "_PROXY_METER_PROVIDER", metrics_globals._ProxyMeterProvider),
)


@contextmanager
def session_apart(scenario: str, seed: int, telemetry: Path) -> Iterator[None]:
    """Let the block's runs play the traffic that a grading of this seed plays, and write `telemetry`.

    When the block ends its providers are shut down, as at the end of a process, and the ledger of the last run is
    written to `ledger.jsonl` in the same folder.

    Raises:
        simulator.scenario.ScenarioError: if there is no such scenario.
    """
    engine = Engine(scenario, seed, fixed=True)
    before = session.exchange(session.Session(engine))
    kept = [getattr(module, name) for module, name, _ in _GLOBALS]
    path_before = os.environ.get(TELEMETRY_VARIABLE)
    try:
        os.environ[TELEMETRY_VARIABLE] = str(telemetry)
        for module, name, fresh in _GLOBALS:
            setattr(module, name, fresh())
        clock.set_now_ns(None)
        yield
    finally:
        _shut_down()
        telemetry.with_name("ledger.jsonl").write_text("".join(to_lines(engine.ledger.entries())), encoding="utf-8")
        for (module, name, _), value in zip(_GLOBALS, kept, strict=True):
            setattr(module, name, value)
        os.environ.pop(TELEMETRY_VARIABLE)
        if path_before is not None:
            os.environ[TELEMETRY_VARIABLE] = path_before
        session.exchange(before)


def _shut_down() -> None:
    """Do what the end of a process does to the providers that are to be shut down then, and close the file."""
    for provider in (trace.get_tracer_provider(), _logs.get_logger_provider(), metrics.get_meter_provider()):
        if getattr(provider, "_atexit_handler", None) is not None:
            with suppress(Exception):  # a learner's own exporter may fail; at a process's end it would only be logged
                provider.shutdown()  # type: ignore[union-attr]  # it is the SDK's: nothing else has that handler
    apart = session.exchange(session.Session())
    if apart.recorder is not None:
        apart.recorder.file.close()
