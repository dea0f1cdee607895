"""The OpenAPI description tells the truth about routes, options and names."""

from typing import Any

from starlette.routing import Route

from simulator.edges.http_app import make_app
from simulator.edges.http_description import description
from simulator.incident import all_incidents
from simulator.models import MODELS
from simulator.refusals import find_refusal
from simulator.refusals.options import OPTIONS
from simulator.scenario import scenario_names
from tests.simulator.asgi import ask, served

DESCRIBED = description(control=True)
SCHEMAS: Any = DESCRIBED["components"]["schemas"]


def test_every_route_is_described_and_nothing_else() -> None:
    app = make_app(served().stage, control=True)
    routes = {
        (route.path, method.lower())
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routes == {(path, method) for path, item in DESCRIBED["paths"].items() for method in item}


def test_the_server_shows_it_and_control_only_if_it_is_on() -> None:
    assert ask(served(control=True).app, "/openapi.json", method="GET").json == DESCRIBED
    hidden = ask(served().app, "/openapi.json", method="GET").json
    assert DESCRIBED["paths"].keys() - hidden["paths"].keys() == {"/control/incidents"}


def test_the_options_described_are_the_options_that_are_taken() -> None:
    described = SCHEMAS["ChatRequest"]["properties"].keys() - {"model", "messages"}
    body = {"model": "lumen-mid", "messages": [{"role": "user", "content": "Hello"}]}
    refused = {name: find_refusal(body | {name: object()}) for name in OPTIONS}
    assert {name for name, why in refused.items() if why and why.code != "unsupported_parameter"} == described


def test_the_names_described_are_the_names_there_are() -> None:
    assert set(MODELS) < set(SCHEMAS["ChatRequest"]["properties"]["model"]["enum"])
    assert set(scenario_names()) < set(SCHEMAS["BeginRequest"]["properties"]["scenario"]["enum"])
    assert SCHEMAS["SwitchRequest"]["properties"]["name"]["enum"] == list(all_incidents())
