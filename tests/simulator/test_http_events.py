"""Server-sent events: written fast, and the same as written plainly."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.edges.http_events import to_events
from simulator.replies import chunks, tool_call, usage

HEAD = {"id": "chatcmpl-1", "created": 1, "model": "lumen-mid-2026-09-02"}


def plainly(chunk: Any) -> bytes:
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"


@given(
    st.text() | st.just(tool_call("call_1", "look_up", '{"order_id": "TT-1"}')),
    st.sampled_from(["stop", "length", None]),
    st.integers(1, 12),
    st.booleans(),
)
def test_events_are_the_chunks_as_json(content: Any, reason: str | None, tokens: int, wanted: bool) -> None:
    sent = [c for _, c in chunks(HEAD, content, reason, (tokens, 1, 1), usage(1, 0, tokens) if wanted else None)]
    assert to_events(sent) == [plainly(chunk) for chunk in sent]


def test_a_content_that_looks_like_the_mark_is_no_trouble() -> None:
    sent = [c for _, c in chunks(HEAD | {"id": "\0"}, "\0a\0\\u0000", "stop", (3, 1, 1), None)]
    assert to_events(sent) == [plainly(chunk) for chunk in sent]
