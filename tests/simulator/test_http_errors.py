"""Whatever goes wrong, the answer has the shape of OpenAI's errors, and the server lives on."""

import json
from typing import Any

import pytest

from simulator.edges.http_exchange import LONGEST_BODY
from tests.simulator.asgi import BODY, CHAT, Answered, ask, served


def error_of(answered: Answered) -> Any:
    assert answered.json.keys() == {"error"}
    assert answered.json["error"].keys() == {"message", "type", "param", "code"}
    return answered.json["error"]


NO_OBJECTS = [b"", b"{", b"[]", b"\xff", b"null", b'{"model": NaN}', b'{"seed": Infinity}', b"[" * 100_000]


@pytest.mark.parametrize("body", [*NO_OBJECTS, b'{"seed": 1' + b"0" * 5000 + b"}"])
def test_a_body_that_is_no_json_object_is_a_bad_request_that_says_why(body: bytes) -> None:
    answered = ask(served().app, CHAT, body)
    error = error_of(answered)
    assert (answered.status, error["code"], error["type"]) == (400, "invalid_json", "invalid_request_error")
    assert error["message"].startswith("We could not parse the JSON body of your request: ")


def test_a_body_in_pieces_is_read_whole() -> None:
    text = json.dumps(BODY).encode()
    assert ask(served().app, CHAT, [text[:20], text[20:21], text[21:]]).status == 200


def test_a_number_with_an_empty_fraction_is_a_whole_number() -> None:
    body = json.dumps(BODY)[:-1] + ', "max_tokens": 50.0, "temperature": 0.7}'
    answered = ask(served().app, CHAT, body.encode())
    assert answered.status == 200
    assert answered.json["usage"]["completion_tokens"] == 50


def test_a_body_over_20_mb_is_too_large() -> None:
    piece = b" " * 1_000_000
    pieces = [piece] * (LONGEST_BODY // len(piece) + 5)
    answered = ask(served().app, CHAT, pieces)
    assert (answered.status, error_of(answered)["code"]) == (413, "request_too_large")


def test_a_prompt_of_10_mb_is_too_long_for_the_model() -> None:
    answered = ask(served().app, CHAT, BODY | {"messages": [{"role": "user", "content": "x" * 10_000_000}]})
    assert (answered.status, error_of(answered)["code"]) == (400, "context_length_exceeded")


def test_100_000_messages_are_too_many_for_the_model() -> None:
    answered = ask(served().app, CHAT, BODY | {"messages": [{"role": "user", "content": "Hello"}] * 100_000})
    assert (answered.status, error_of(answered)["code"]) == (400, "context_length_exceeded")


@pytest.mark.parametrize("path", ["/", f"{CHAT}/", "/v1/completions", "/v1/models/lumen-mid/x", "/control/incidents"])
def test_an_unknown_route_is_not_found(path: str) -> None:
    answered = ask(served().app, path, {})
    assert (answered.status, error_of(answered)["code"]) == (404, "unknown_url")
    assert f"POST {path}" in error_of(answered)["message"]


@pytest.mark.parametrize(("method", "path", "allowed"), [("GET", CHAT, "POST"), ("DELETE", "/v1/models", "GET, HEAD")])
def test_a_wrong_method_is_told_which_are_allowed(method: str, path: str, allowed: str) -> None:
    answered = ask(served().app, path, {}, method=method)
    assert (answered.status, error_of(answered)["code"]) == (405, "method_not_allowed")
    assert answered.headers["allow"] == allowed


def test_a_fault_of_the_server_tells_the_client_nothing_of_its_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    server = served()

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret of the house")

    monkeypatch.setattr(server.stage, "attempt", fail)
    answered = ask(server.app, CHAT, BODY)
    assert (answered.status, error_of(answered)["type"]) == (500, "server_error")
    assert "secret" not in answered.writes[0].decode()
    assert isinstance(answered.fault, ZeroDivisionError)
    monkeypatch.undo()
    assert ask(server.app, CHAT, BODY).status == 200
