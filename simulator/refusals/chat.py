"""What is wrong with the body of a chat completion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.refusals.expect import Refused, refuse_type
from simulator.refusals.messages import check_messages
from simulator.refusals.options import check_options


def find_refusal(body: Mapping[str, Any]) -> Refused | None:
    """Return why the JSON body of a chat completion is refused, or None."""
    try:
        _check_model(body.get("model"))
        check_messages(body.get("messages"))
        if len(body) > 2:
            check_options(body)
    except Refused as refused:
        return refused
    return None


def _check_model(model: Any) -> None:
    if model is None or model == "":
        raise Refused("missing_required_parameter", "you must provide a model parameter", "model")
    if not isinstance(model, str):
        refuse_type(model, "model", "a string")
