"""Models and embeddings over HTTP."""

import pytest

from simulator.embeddings import embed
from simulator.models import MODELS
from tests.simulator.asgi import ask, served


def test_the_models_are_all_aliases_snapshots_and_the_one_that_embeds() -> None:
    listed = ask(served().app, "/v1/models", method="GET").json
    names = {name for model in MODELS.values() for name in (model.alias, *model.snapshots)}
    assert {model["id"] for model in listed["data"]} == names | {"lumen-embed"}
    assert all(model.keys() == {"id", "object", "created", "owned_by"} for model in listed["data"])


@pytest.mark.parametrize("name", ["lumen-mid", "lumen-mid-2026-11-12", "lumen-embed"])
def test_one_model_is_shown_by_its_name(name: str) -> None:
    assert ask(served().app, f"/v1/models/{name}", method="GET").json["id"] == name


def test_an_unknown_model_is_not_found() -> None:
    answered = ask(served().app, "/v1/models/lumen-mit", method="GET")
    assert (answered.status, answered.json["error"]["code"]) == (404, "model_not_found")


def test_a_text_is_embedded_and_takes_its_time() -> None:
    server = served()
    before_ns = server.stage.time.now_ns()
    answered = ask(server.app, "/v1/embeddings", {"model": "lumen-embed", "input": "a tent"})
    assert answered.json["data"][0]["embedding"] == list(embed("a tent"))
    assert server.stage.time.now_ns() - before_ns == 45_004_000


def test_a_bad_request_for_embeddings_names_the_parameter() -> None:
    answered = ask(served().app, "/v1/embeddings", {"model": "lumen-embed", "input": 5})
    assert (answered.status, answered.json["error"]["param"]) == (400, "input")
