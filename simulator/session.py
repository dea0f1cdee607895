"""What belongs to this process: the engine it talks to, and the recorder its telemetry goes through.

The engine is its own when somebody practises, and the judge's when a lab is graded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.engine_like import EngineLike
from simulator.wire import connect

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from simulator.recorder import Recorder


@dataclass(slots=True)
class Session:
    """An engine and a recorder, each made when it is first asked for."""

    engine: EngineLike | None = None
    recorder: Recorder | None = None


_current = Session()


def exchange(session: Session) -> Session:
    """Make another session this process's own, and return the one it had."""
    global _current
    before, _current = _current, session
    return before


def current_engine() -> EngineLike:
    """Return this process's one engine."""
    if _current.engine is None:
        _current.engine = connect() or _own_engine()
    return _current.engine


def _own_engine() -> EngineLike:
    # Imported late: a graded notebook has no engine of its own, and the shop behind one is most of its start.
    from simulator.engine import Engine

    return Engine()


def current_recorder() -> Recorder:
    """Return this process's one recorder."""
    if _current.recorder is None:
        # Imported late: the judge's engine records nothing, and the SDK is most of the time it takes to start.
        from simulator.recorder import Recorder

        _current.recorder = Recorder()
    return _current.recorder


def record(lab: str, service: str = "support-bot") -> Tracer:
    """Record this notebook's telemetry in `runs/<lab>/telemetry.jsonl`, and return a tracer to make spans with.

    Sets OpenTelemetry's global tracer, logger and meter providers on first use; running the cell again changes nothing.

    Args:
        lab: number of the lab, such as "06".
        service: the resource attribute `service.name`.
    """
    recorder = current_recorder()
    recorder.use_lab(lab)
    return recorder.tracer_provider(service).get_tracer(service)
