"""The silent regression is silent: its bad answers look like good ones to everything that does not know the shop."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from simulator.scenario import Befalls, load_scenario
from tests.simulator.played import Answered, answers

WEEK = load_scenario("quiet_week").sized(requests=1200)
QUIET = replace(WEEK, prompts=(replace(WEEK.prompts[0], share=1.0),))
SWAPPED = QUIET.with_incidents([Befalls("alias_swap", "severe", (0.0, 0.0), 1.0)])
SEED = 4
Array = np.ndarray[Any, Any]


@lru_cache(maxsize=1)
def caused_and_good() -> tuple[list[Answered], list[Answered]]:
    """The answers that are bad with the incident and were good without it, and those that are good with it."""
    before = {(a.entry.request_id, a.entry.number): bool(a.entry.usable) for a in answers(QUIET, SEED)}
    after = answers(SWAPPED, SEED)
    caused = [a for a in after if not a.entry.usable and before[a.entry.request_id, a.entry.number]]
    return caused, [a for a in after if a.entry.usable]


def features(answered: Answered) -> dict[str, float]:
    """What can be measured without knowing the shop: lengths, form, times and cost."""
    form, entry = json.loads(answered.text), answered.entry
    said, tokens = str(form["answer"]), entry.output_tokens or 0
    return {
        "characters": len(answered.text),
        "words": len(said.split()),
        "sentences": said.count(". ") + said.count("? "),
        "digits": sum(character.isdigit() for character in said),
        "capitals": sum(character.isupper() for character in said),
        "first sentence": len(said.split(". ")[0]),
        "keys": len(form),
        "sources": len(form["sources"]),
        "needs a human": form["needs_human"],
        "has an order": form["order_id"] is not None,
        "input tokens": entry.input_tokens or 0,
        "output tokens": tokens,
        "characters a token": len(answered.text) / tokens,
        "first chunk": (entry.first_chunk_at_ns or 0) - entry.sent_at_ns,
        "latency": entry.ended_at_ns - entry.sent_at_ns,
        "cost": entry.cost_usd or 0.0,
    }


def auc(bad: Array, good: Array) -> float:
    """Area under the ROC curve, by ranks (Mann and Whitney), ties counted half; 0.5 tells nothing."""
    both = np.concatenate([bad, good])
    _, place, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    wins = ranks[: len(bad)].sum() - len(bad) * (len(bad) + 1) / 2
    return float(max(wins, len(bad) * len(good) - wins) / (len(bad) * len(good)))


def matrix(some: Sequence[Answered]) -> Array:
    return np.array([list(features(answered).values()) for answered in some], dtype=float)


def test_the_area_under_the_curve_is_that_of_known_cases() -> None:
    assert auc(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 1.0
    assert auc(np.array([1.0, 4.0]), np.array([2.0, 3.0])) == 0.5
    assert auc(np.array([1.0, 1.0]), np.array([1.0, 1.0, 1.0])) == 0.5
    assert auc(np.array([2.0, 1.0, 3.0]), np.array([1.0, 0.0])) == pytest.approx(5.5 / 6)


def test_the_incident_causes_some_hundred_bad_answers_on_the_newer_snapshot() -> None:
    caused, good = caused_and_good()
    assert len(caused) > 250
    assert len(good) > 600
    assert {answered.entry.answered_by for answered in caused} == {"lumen-mid-2026-11-12"}
    assert {answered.entry.defect for answered in caused} == {"wrong_fact"}


def test_its_bad_answers_are_whole_valid_and_of_ordinary_length() -> None:
    caused, good = caused_and_good()
    low, high = np.percentile([len(answered.text) for answered in good], [1, 99])
    ordinary = [
        answered
        for answered in caused
        if answered.entry.finish_reason == "stop"
        and json.loads(answered.text).keys() == {"answer", "order_id", "sources", "needs_human"}
        and low <= len(answered.text) <= high
    ]
    assert len(ordinary) / len(caused) >= 0.9


def test_no_single_feature_tells_bad_answers_from_good_ones() -> None:
    caused, good = map(matrix, caused_and_good())
    names = features(caused_and_good()[0][0])
    found = {name: auc(caused[:, n], good[:, n]) for n, name in enumerate(names)}
    assert {name: area for name, area in found.items() if area >= 0.6} == {}


def test_no_combination_of_them_does_either() -> None:
    """A logistic regression on every feature, fitted to one half and tried on the other, both ways."""
    caused, good = map(matrix, caused_and_good())
    everything = np.concatenate([caused, good])
    scale = np.where(everything.std(axis=0) > 0, everything.std(axis=0), 1.0)
    bad, fine = ((half - everything.mean(axis=0)) / scale for half in (caused, good))
    for first in (0, 1):
        weights = fitted(bad[first::2], fine[first::2])
        assert auc(bad[1 - first :: 2] @ weights, fine[1 - first :: 2] @ weights) < 0.6


def test_the_regression_finds_what_can_be_found() -> None:
    """Shown answers that carry a mark, it tells them apart: its failure above means something."""
    caused, good = (np.random.default_rng(1).normal(size=(400, 5)) + shift for shift in (0.5, 0.0))
    weights = fitted(caused[::2], good[::2])
    assert auc(caused[1::2] @ weights, good[1::2] @ weights) > 0.7


def fitted(bad: Array, good: Array) -> Array:
    """Weights of a logistic regression with a little ridge, by gradient descent; both classes weigh the same."""
    inputs = np.concatenate([bad, good])
    wanted = np.concatenate([np.ones(len(bad)), np.zeros(len(good))])
    share = np.where(wanted == 1, 0.5 / len(bad), 0.5 / len(good))
    weights: Array = np.zeros(inputs.shape[1])
    for _ in range(500):
        found = 1 / (1 + np.exp(-(inputs @ weights)))
        weights -= 0.5 * (inputs.T @ (share * (found - wanted)) + 0.01 * weights)
    return weights
