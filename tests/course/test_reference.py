"""The reference says what the code says: every public name, its signature, its words."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

import simulator
from simulator.client import Client, Completions
from simulator.errors import APIStatusError
from simulator.responses import Usage

Hook = Callable[[str], Any]


@pytest.fixture
def page(hook: Hook) -> str:
    """The generated parts of the page, in a row."""
    return "\n\n".join(hook("reference").texts().values())


def _ids(page: str) -> list[str]:
    return re.findall(r'(?<=\{#)[\w.]+(?=\})|(?<=\bid=")[\w.]+(?=")', page)


@pytest.mark.parametrize("name", simulator.__all__)
def test_every_public_name_has_its_place(page: str, name: str) -> None:
    assert _ids(page).count(name.lower()) == 1


def test_every_call_of_the_client_is_there(page: str) -> None:
    for name in ("chat.completions.create", "search", "rerank", "look_up", "judge"):
        assert f"#### `Client.{name}` {{#client.{name}}}" in page


def test_types_are_followed_from_what_calls_return(hook: Hook) -> None:
    """Nothing lists them: a type that `create` begins to return has its place at the next build."""
    found = [kind.__name__ for kind in hook("shelf").shelf().returned]
    assert found[:2] == ["ChatCompletion", "Choice"]
    assert {"Usage", "PromptTokensDetails", "Stream", "ChatCompletionChunk", "Document", "Judgement"} <= set(found)
    assert [kind.__name__ for kind in hook("shelf").shelf().given] == ["Request", "Prompt"]


def test_every_link_of_the_page_has_its_target(page: str) -> None:
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(_ids(page))


def test_a_changed_docstring_reaches_the_page(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a method, of a dataclass, of an error, and of an argument."""
    monkeypatch.setattr(Client.search, "__doc__", "Ask the owl.")
    monkeypatch.setattr(Usage, "__doc__", "Acorns & nuts.")
    monkeypatch.setattr(APIStatusError, "__doc__", "The owl is out.")
    monkeypatch.setattr(Completions.create, "__doc__", "Hoot.\n\nArgs:\n    model: `which` owl.")
    page = "\n".join(hook("reference").texts().values())
    for said in ("<p>Ask the owl.</p>", "<p>Acorns &amp; nuts.</p>", "<td>The owl is out.</td>"):
        assert said in page
    assert "<dt><code>model</code></dt><dd><code>which</code> owl.</dd>" in page


def test_a_changed_signature_reaches_the_page(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(self: object, owl: "str" = "barn") -> "Usage":
        raise NotImplementedError

    search.__module__ = Usage.__module__
    monkeypatch.setattr(Client, "search", search)
    page = "\n".join(hook("reference").texts().values())
    assert "search(owl: str = 'barn') -&gt; <a href=\"#usage\">Usage</a>" in page


def test_a_long_signature_has_a_line_for_each_argument(hook: Hook) -> None:
    signature = hook("signatures").signature("create", Completions.create, {"Stream": "#stream"})
    code = re.sub(r"<.*?>", "", signature).splitlines()
    names = list(inspect.signature(Completions.create).parameters)[1:]
    assert code[:2] == ["create(", "    *,"]
    assert [line.strip(" *").partition(":")[0] for line in code[2:-1]] == names
    assert signature.count('<a href="#stream">Stream</a>') == 1


def test_errors_stand_after_their_base_with_what_they_add(page: str, hook: Hook) -> None:
    names = [kind.__name__ for kind in hook("shelf").shelf().errors]
    assert names[0] == "APIError"
    assert names.index("APIConnectionError") < names.index("APITimeoutError")
    row = next(line for line in page.splitlines() if 'id="apistatuserror"' in line)
    assert "<code>response</code>, <code>body</code>, <code>status_code</code>, <code>request_id</code>" in row
