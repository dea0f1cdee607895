"""Embeddings without a model: a text's vector is the sum of fixed directions, one for each of its words.

A word's direction is a hash of it, so equal words point the same way and others nearly at right angles (random
indexing: Kanerva, Kristoferson, Holst 2000). Texts that share words are similar; meaning beyond words is not seen.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from simulator.models import count_tokens
from simulator.refusals import Refused, expect

MODEL = "lumen-embed"
DIMENSIONS = 256
MOST_TOKENS = 8192
MOST_TEXTS = 2048
MOST_TOKENS_TOGETHER = 300_000
_STEM = 5
_WORD = re.compile(r"\w+")
_OPTIONS = ("model", "input", "encoding_format", "dimensions", "user")

Vector = tuple[float, ...]


def embed(text: str, dimensions: int = DIMENSIONS) -> Vector:
    """Return a text's vector of length 1, in 32-bit precision.

    Words count with the root of their frequency; short ones count less, because they say little. The first letters of a
    word count as well, so that "return" and "returned" are similar. Fewer `dimensions` are the first ones, made one
    long again.
    """
    weights: Counter[str] = Counter()
    for word, times in Counter(_WORD.findall(text.lower()) or [text]).items():
        weight = round(math.sqrt(times) * (100 if len(word) > 3 else 30))
        weights[word] += weight
        weights[word[:_STEM] + "-"] += weight
    # One multiplication of long integers weighs all lanes of 32 bits at once: no lane overflows below 16 million.
    total = sum(weight * _direction(feature) for feature, weight in weights.items())
    lanes = struct.unpack(f"<{DIMENSIONS}I", total.to_bytes(4 * DIMENSIONS, "little"))[:dimensions]
    middle = 127.5 * weights.total()
    length = math.sqrt(sum((lane - middle) ** 2 for lane in lanes)) or 1.0
    return _floats(_packed([(lane - middle) / length for lane in lanes]))


@lru_cache(maxsize=4096)
def _direction(feature: str) -> int:
    """Return a word's direction: for each dimension a byte (its distance from 127.5 counts), in a lane of 32 bits."""
    lanes = bytearray(4 * DIMENSIONS)
    lanes[::4] = hashlib.shake_128(feature.encode("utf-8", "surrogatepass")).digest(DIMENSIONS)
    return int.from_bytes(lanes, "little")


def _packed(vector: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(vector)}f", *vector)


def _floats(packed: bytes) -> Vector:
    return struct.unpack(f"<{len(packed) // 4}f", packed)


def answer(body: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a request for embeddings.

    Raises:
        Refused: if the request is wrong in itself, or names another model.
    """
    texts = _checked_texts(body)
    dimensions = body.get("dimensions") or DIMENSIONS
    rows = []
    for index, text in enumerate(texts):
        vector = embed(text, dimensions)
        in_base64 = body.get("encoding_format") == "base64"
        shown = base64.b64encode(_packed(vector)).decode() if in_base64 else list(vector)
        rows.append({"object": "embedding", "index": index, "embedding": shown})
    tokens = sum(map(count_tokens, texts))
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": rows, "model": MODEL, "usage": usage}


def _checked_texts(body: Mapping[str, Any]) -> list[str]:
    for name in body:
        if name not in _OPTIONS:
            raise Refused("unknown_parameter", f"Unknown parameter: {expect.quoted(name)}.", str(name))
    model, dimensions = body.get("model"), body.get("dimensions")
    if not model:
        raise Refused("missing_required_parameter", "you must provide a model parameter", "model")
    expect.text(model, "model")
    if model != MODEL:
        message = f"The model {expect.quoted(model)} does not exist or makes no embeddings. There is '{MODEL}'."
        raise Refused("model_not_found", message, "model", status=404)
    if body.get("encoding_format") is not None:
        expect.one_of(body["encoding_format"], "encoding_format", ("float", "base64"))
    if dimensions is not None:
        expect.whole(dimensions, "dimensions", least=1, most=DIMENSIONS)
    if body.get("user") is not None:
        expect.text(body["user"], "user")
    return _texts(body.get("input"))


def _texts(given: Any) -> list[str]:
    if given is None:
        expect.missing("input")
    if isinstance(given, str):
        texts = [given]
    else:
        expect.items(given, "input", "one of a string or an array of strings", most=MOST_TEXTS)
        texts = given
    for number, text in enumerate(texts):
        where = "input" if isinstance(given, str) else f"input[{number}]"
        expect.text(text, where, least=1)
        if count_tokens(text) > MOST_TOKENS:
            message = f"This model takes at most {MOST_TOKENS} tokens; {where} has {count_tokens(text)}."
            raise Refused("context_length_exceeded", message, where)
    together = sum(map(count_tokens, texts))
    if together > MOST_TOKENS_TOGETHER:
        message = f"Requested {together} tokens, at most {MOST_TOKENS_TOGETHER} per request."
        raise Refused("max_tokens_per_request", message, "input")
    return texts
