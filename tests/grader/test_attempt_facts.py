"""What is wanted of a chat span, family by family; the whole of it is proven by the labs' solutions."""

from __future__ import annotations

from typing import Any

from grader import attempt_facts as facts
from grader.evidence import Call
from grader.truth import Asked, Attempt
from tests.grader.samples import START_NS, asked, attempt, evidence, failed, span

ASKED = asked()


def call(made: Attempt, template: str = "aa", request: Asked | None = ASKED, **attributes: Any) -> Call:
    named = {name.replace("__", "."): found for name, found in attributes.items()}
    text = Asked(request.id, START_NS, "p", "v1", template, "answered") if request else None
    return Call(made, text, (span(attributes=named),))


def told(found: facts.Facts) -> list[str]:
    return [f"{fact.label} {fact.expected}" for fact in found]


def test_an_answer_wants_both_models_tokens_and_no_error() -> None:
    one = call(attempt())
    assert told(facts.models(one)) == ["asked 'lumen-mid'", "answered 'lumen-mid-2026-09-02'", "stopped ['stop']"]
    assert told(facts.tokens(one)) == ["input 100", "output 20"]
    assert told(facts.outcome(one)) == ["status UNSET or OK", "error.type not set"]


def test_a_failure_wants_its_kind_and_nothing_that_nobody_said() -> None:
    one = call(failed(), error__type="openai.RateLimitError")
    assert told(facts.models(one))[1:] == ["answered not set", "stopped not set"]
    assert told(facts.tokens(one)) == ["input not set", "output not set"]
    assert told(facts.outcome(one)) == ["status ERROR", "error.type 'RateLimitError'"]
    assert facts.outcome(one)[1].holds(one.span)


def test_a_call_outside_any_request_has_no_prompt() -> None:
    assert facts.prompt(call(attempt(request=None), request=None)) == ()
    assert told(facts.prompt(call(attempt()))) == ["name 'p'", "version 'v1'"]


def hash_told(first: Call, second: Call) -> list[str]:
    wanted = facts.template_hash([first, second])
    return [fact.expected for one in (first, second) for fact in wanted(one) if not fact.holds(one.span)]


def test_the_same_text_wants_its_first_hash_again_and_another_text_another_one() -> None:
    def with_hash(found: object, template: str) -> Call:
        return call(attempt(), template, app__prompt__hash=found)

    one, other = "00aa00aa", "11bb11bb"
    assert hash_told(with_hash(one, "a"), with_hash(one, "a")) == []
    assert hash_told(with_hash(one, "a"), with_hash(other, "b")) == []
    assert hash_told(with_hash(one, "a"), with_hash(other, "a")) == ["'00aa00aa…' as in r-0001"]
    assert hash_told(with_hash(one, "a"), with_hash(one, "b")) == ["not that of r-0001"]
    assert hash_told(with_hash(7, "a"), with_hash("zzzzzzzz", "b")) == ["a hash in hex", "a hash in hex"]


def test_one_node_an_attempt_is_required_of_a_request() -> None:
    laid = evidence((attempt(0, 1), failed(5, number=2), attempt(9, request="r-0002")), (span(),))
    nodes = facts.required_attempts(laid, "r-0001", (facts.identity, facts.tokens))
    assert [(node.label, len(node.spans), len(node.facts)) for node in nodes] == [
        ("attempt 1", 1, 5),
        ("attempt 2", 0, 5),
    ]
    assert facts.required_attempts(laid, "r-9999", ()) == ()
