"""Sentences that make questions, threads and answers as long as real ones, and never change what is asked or said.

A passage is a run of sentences from a list that is read round and round. Its length is known from sums made beforehand,
so that a million tokens can be counted without a text being made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from simulator.arithmetic import Numbers, count_up_to, take

_LISTS: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))
REFUSALS, PERSONAL, UNSURE = (tuple(_LISTS[key]) for key in ("refusals", "personal", "unsure"))


class Passages:
    """One list of sentences, read round and round."""

    def __init__(self, sentences: Sequence[str], longest: int) -> None:
        """Take the sentences, and the longest passage to be made, in characters."""
        self.count = len(sentences)
        once = sum(len(sentence) + 1 for sentence in sentences)
        self._spaced = tuple(f" {sentence}" for sentence in sentences) * (longest // once + 3)
        self._sums = tuple(accumulate(map(len, self._spaced), initial=0))

    def end(self, start: Numbers, characters: Numbers) -> Numbers:
        """Return where a passage ends that starts at sentence `start` and has at most so many characters."""
        return count_up_to(self._sums, take(self._sums, start) + characters) - 1

    def length(self, start: Numbers, end: Numbers) -> Numbers:
        """Return a passage's characters, a blank before each sentence."""
        return take(self._sums, end) - take(self._sums, start)

    def text(self, start: int, end: int) -> str:
        """Return the passage, with a blank before each sentence."""
        return "".join(self._spaced[start:end])


LONGEST_THREAD = 80_000
"""Characters of the longest thread that a request carries."""

MORE = Passages(_LISTS["more"], 40_000)
FOREIGN_MORE = Passages(_LISTS["foreign_more"], 40_000)
THREAD = Passages(_LISTS["history"], LONGEST_THREAD)
ASKED_BESIDE = Passages(_LISTS["question_more"], 20_000)
