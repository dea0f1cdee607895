"""Calls are put together by the place they are made from, as far as telemetry tells."""

from __future__ import annotations

from dataclasses import replace

from grader.audit import audit
from grader.audit.sites import MOST_SITES
from grader.telemetry import Span
from tests.grader.audit.made import call, of, request

PROMPT = ("gen_ai.prompt.name", "gen_ai.prompt.version")


def places(*spans: Span) -> list[tuple[str, int]]:
    return sorted((site.site.place, site.calls) for site in audit(of(*spans, logs=())).sites)


def test_the_functions_name_goes_before_the_prompts_and_that_before_the_parents() -> None:
    function = call(3, more={"code.function.name": "shop.answer"})
    spans = (request(1), call(1), request(2), call(2, without=PROMPT), request(3), function)
    assert places(*spans) == [("below POST /support", 1), ("function shop.answer", 1), ("prompt support-answer", 1)]


def test_one_place_may_ask_several_models() -> None:
    assert places(call(1), call(2, more={"gen_ai.request.model": "lumen-small"})) == [("prompt support-answer", 2)]


def test_without_any_other_clue_the_model_is_the_place() -> None:
    assert places(call(1, without=PROMPT, parent_id=None)) == [("model lumen-mid", 1)]


def test_ids_and_addresses_in_a_parents_name_tell_no_places_apart() -> None:
    spans = []
    for number, name in enumerate(("GET /orders/17/kim@example.com", "GET /orders/1b/a@example.com"), start=1):
        spans += [replace(request(number), name=name), call(number, without=PROMPT)]
    assert places(*spans) == [("below GET /orders/#/#", 2)]


def test_services_and_instrumentations_are_told_apart() -> None:
    other = call(2, resource={"service.name": "blog"})
    sites = audit(of(call(1), other, call(3, scope="openinference"), logs=())).sites
    assert {(site.site.service, site.site.scope) for site in sites} == {
        ("shop", "shop"), ("blog", "shop"), ("shop", "openinference"),
    }  # fmt: skip


def test_more_places_than_a_report_can_hold_become_one() -> None:
    calls = [call(n, more={"gen_ai.prompt.name": f"p{n}"}) for n in range(1, MOST_SITES + 12)]
    sites = audit(of(*calls, logs=())).sites
    assert len(sites) == MOST_SITES + 1
    assert (sites[-1].site.place, sites[-1].calls) == ("11 more places", 11)
