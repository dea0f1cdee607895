"""The calls to a model in telemetry, whatever generation of conventions they speak, as neutral facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from grader.audit.dialects import all_dialects
from grader.conventions import CHAT_OPERATIONS
from grader.telemetry import Span

_NUMBER = re.compile(r"(?<=\.)\d{1,9}(?=\.|$)")
_NEARLY = ("completion", "chat.completion", "chat.completions", "messages", "message", "generate", "llm")
_ABANDONED = "AbandonedStreamError"


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at a model.

    `facts` are its neutral facts (`input_tokens`, `prompt_version`, ...), unchecked, each from the attribute that
    `names` has for it; `dialects` are the ids of the generations that it speaks.
    """

    span: Span
    facts: Mapping[str, Any]
    names: Mapping[str, str]
    dialects: tuple[str, ...]

    def text(self, fact: str) -> str:
        """Return a fact as text; "" if it is not there."""
        found = self.facts.get(fact)
        return "" if found is None else str(found)

    def number(self, fact: str) -> float | None:
        """Return a fact that is a number; None if it is not there, or something else."""
        found = self.facts.get(fact)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    @property
    def model(self) -> str:
        """The model that was asked for, else the one that answered."""
        return self.text("request_model") or self.text("response_model")

    @property
    def abandoned(self) -> bool:
        """Whether the reader hung up on the stream."""
        return self.facts.get("abandoned") is True or self.text("error_type").endswith(_ABANDONED)

    @property
    def failed(self) -> bool:
        """Whether there was no whole answer: an error, or a stream that was left."""
        return self.span.status == "ERROR" or "error_type" in self.facts or self.abandoned

    @property
    def streamed(self) -> bool:
        """Whether the answer came in chunks, as far as the telemetry says."""
        return self.facts.get("stream") is True or "first_chunk_s" in self.facts

    @property
    def asked_for_tool(self) -> bool:
        """Whether the model asked for a tool instead of answering."""
        return "tool" in self.text("finish_reasons").lower() or "function_call" in self.text("finish_reasons").lower()


@lru_cache(maxsize=8192)
def pattern_of(name: str) -> str:
    """Write N for each number between dots: `gen_ai.prompt.0.content` is `gen_ai.prompt.N.content`."""
    return _NUMBER.sub("N", name) if len(name) <= 200 else name


@cache
def _readers() -> Mapping[str, tuple[str, int]]:
    """Return by attribute the fact that it carries, and its rank among those that carry it."""
    found: dict[str, tuple[str, int]] = {}
    for dialect in all_dialects():
        for fact, names in dialect.reads.items():
            for place, name in enumerate(names):
                found.setdefault(name, (fact, dialect.rank * 100 + place))
    return found


@lru_cache(maxsize=8192)
def dialect_of(name: str) -> str:
    """Return the generation whose own an attribute's name is; "" if it is nobody's, or several have it."""
    pattern = pattern_of(name)
    for dialect in all_dialects():
        if pattern in dialect.own:
            return dialect.id
    return next((d.id for d in all_dialects() if pattern.startswith(d.own_prefixes) and d.own_prefixes), "")


def read_call(span: Span) -> Call | None:
    """Return a span's facts if it is a call to a model, else None."""
    ranks: dict[str, int] = {}
    facts: dict[str, Any] = {}
    names: dict[str, str] = {}
    spoken: set[str] = set()
    readers = _readers()
    for name, value in span.attributes.items():
        if value is None:
            continue
        fact, rank = readers.get(pattern_of(name), ("", 0))
        if fact and rank < ranks.get(fact, 10_000):
            ranks[fact], facts[fact], names[fact] = rank, value, name
        if mine := dialect_of(name):
            spoken.add(mine)
    spoken |= {mine for event in span.events if (mine := dialect_of(event.name))}
    for dialect in all_dialects():
        for fact, value in dialect.facts(span).items():
            facts.setdefault(fact, value)
    if not _is_call(span, facts):
        return None
    order = [dialect.id for dialect in all_dialects() if dialect.id in spoken]
    return Call(span, facts, names, tuple(order) or ("genai",))


def _is_call(span: Span, facts: Mapping[str, Any]) -> bool:
    operation = facts.get("operation")
    if operation is not None:
        return str(operation).lower() in (*CHAT_OPERATIONS, *_NEARLY)
    if "traceloop.span.kind" in span.attributes or "embed" in span.name.lower():
        return False
    has_model = "request_model" in facts or "response_model" in facts
    return has_model and bool(facts.keys() & {"input_tokens", "output_tokens", "finish_reasons", "prompt_text"})


def read_calls(spans: Iterable[Span]) -> Iterator[Call]:
    """Find the calls to a model."""
    for span in spans:
        call = read_call(span)
        if call:
            yield call
