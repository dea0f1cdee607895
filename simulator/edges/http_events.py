"""Chunks of a stream as server-sent events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring_ascii as quote
from typing import Any

from simulator.edges.http_json import dump

DONE = b"data: [DONE]\n\n"
_MARK = "\0"


def to_events(chunks: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """Return one event per chunk.

    Nearly all chunks of a stream differ in their few characters of content only: what stands around those is written
    once. The chunks of one stream have the same id, model and creation time.
    """
    events = []
    around: tuple[str, str] | None = None
    for chunk in chunks:
        content = _only_content(chunk)
        if content is None:
            events.append(f"data: {dump(chunk)}\n\n".encode())
            continue
        if around is None:
            around = _around(chunk)
        events.append(f"{around[0]}{quote(content)}{around[1]}".encode())
    return events


def _only_content(chunk: Mapping[str, Any]) -> str | None:
    """Return the content of a chunk that adds nothing else; None for any other chunk."""
    if len(chunk["choices"]) != 1:
        return None
    choice = chunk["choices"][0]
    delta = choice["delta"]
    plain = len(delta) == 1 and choice["finish_reason"] is None and chunk.get("usage") is None
    content = delta.get("content") if plain else None
    return content if isinstance(content, str) else None


def _around(chunk: Mapping[str, Any]) -> tuple[str, str]:
    marked = {**chunk, "choices": [{**chunk["choices"][0], "delta": {"content": _MARK}}]}
    before, _, after = dump(marked).rpartition(quote(_MARK))
    return f"data: {before}", f"{after}\n\n"
