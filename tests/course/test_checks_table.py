"""The page on the proof of the checks lists every check, wrong solution and free part, as their files have it."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from grader.labs import Lab, find_labs

Hook = Callable[[str], Any]
LABS = {lab.number: lab for lab in find_labs()}


@pytest.fixture(params=LABS)
def lab(request: pytest.FixtureRequest) -> Lab:
    return LABS[request.param]


@pytest.fixture
def table(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The hook, which here tries no change: that takes seconds, and one test is enough for it."""
    found = hook("checks_table")
    monkeypatch.setattr(found, "trials", lambda lab: ())
    return found


def section(table: Any, lab: Lab) -> str:
    """The part of the page on this lab, tags kept and entities read."""
    text = html.unescape(table.texts()["checks.labs"])
    return str(next(part for part in text.split("\n## ") if part.lstrip("# ").startswith(f"Lab {lab.number}:")))


def plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text).replace("`", "")


def test_each_check_has_the_mistakes_that_wrong_toml_says_it_catches(table: Any, lab: Lab) -> None:
    declared, text = table.declared_checks(lab.checks_file), section(table, lab)
    wrong = tomllib.loads((lab.folder / "wrong.toml").read_text(encoding="utf-8"))["wrong"]
    rows = text.split("</table>")[0].split("<tr>")[2:]
    assert len(rows) == len(declared)
    for row, (name, sentence) in zip(rows, declared, strict=True):
        assert plain(row).startswith(sentence.replace("`", ""))
        listed = [plain(item) for item in re.findall(r"<li>(.*?)</li>", row)]
        assert listed == [each["name"] for each in wrong if name in each["fails"]]
    assert f"{len(wrong)} wrong solutions, {sum('looks_complete' in each for each in wrong)} of which" in text


def test_changes_are_counted_part_by_part_and_none_is_unexplained(hook: Hook, lab: Lab) -> None:
    table = hook("checks_table")
    tried, text = table.trials(lab), section(table, lab)
    rows = re.findall(r"<th scope=\"row\">(.*?)</th><td>(\d+)</td><td>(\d+)</td><td>(.*?)</td>", text)
    assert sum(int(count) for _, count, _, _ in rows) == len(tried)
    assert sum(int(noticed) for _, _, noticed, _ in rows) == sum(each.caught for each in tried)
    assert [part for part, count, noticed, why in rows if (count == noticed) is bool(why)] == []
    free = tomllib.loads((lab.folder / "survivors.toml").read_text(encoding="utf-8"))["free"]
    reasons = {part: entry["reason"] for entry in free for part in entry["parts"]}
    assert {plain(part): plain(why) for part, _, _, why in rows if plain(part) in reasons} == reasons


def test_survivors_stand_with_their_reasons(table: Any, lab: Lab) -> None:
    rows = section(table, lab).split("<tr>")
    for each in tomllib.loads((lab.folder / "survivors.toml").read_text(encoding="utf-8"))["survivor"]:
        (row,) = (row for row in rows if each["reason"] in plain(row))
        assert f"{each['part']} {each['words']}" in plain(row)


def test_a_new_wrong_solution_needs_no_list(table: Any, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    first = table.wrong_solutions(lab)[0]
    owl = type(first)("an owl sat on the `span` & slept", first.cells, first.fails, False)
    monkeypatch.setattr(table, "wrong_solutions", lambda lab: (owl,))
    assert "<li>an owl sat on the <code>span</code> &amp; slept</li>" in table.texts()["checks.labs"]
