"""The page on the threat model lists every attack that the tests run, as its file has it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.grader.attack_files import Attack, attacks

Hook = Callable[[str], Any]


def test_every_attack_has_its_row_with_what_stops_it(hook: Hook) -> None:
    table = hook("attack_table").texts()["attacks.table"]
    for attack in attacks():
        (row,) = (row for row in table.splitlines() if f"<code>{attack.name}</code>" in row)
        assert attack.title.split()[-1] in row
        assert attack.stopped_by.split()[-1] in row
        assert all(verdict in row for verdict in attack.plain | attack.walls)


def test_an_attack_that_is_not_tried_without_walls_says_why(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    none: frozenset[str] = frozenset()
    owl = Attack("owl", "Hoots & waits.", "the owl <sleeps>.", none, "owls are ours", frozenset({"failed"}), "")
    table = hook("attack_table")
    monkeypatch.setattr(table, "attacks", lambda: (owl,))
    texts = table.texts()
    assert texts["attacks.number"] == "1"
    for part in ("Hoots &amp; waits.", "The owl &lt;sleeps&gt;.", "not tried: owls are ours", "<td>failed</td>"):
        assert part in texts["attacks.table"]
