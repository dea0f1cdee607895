"""`simulate run`: the files it writes, that they agree, and that it writes them whole or not at all."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from simulator import cli
from simulator.scenario import SCENARIO_DIR
from tests.simulator.conftest import ROOT

FILES = ["ledger.jsonl", "table.parquet", "telemetry.jsonl"]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "simulator", "run", *map(str, arguments)]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    ended = run("quiet_week", "--calls=150", "--seed=3", "--table", "--incident=alias_swap", "--out", out)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == [str(out / name) for name in ("telemetry.jsonl", "ledger.jsonl", "table.parquet")]
    return out


def test_it_writes_telemetry_ledger_and_table_and_nothing_else(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == FILES


def test_the_table_has_the_calls_of_the_ledger(written: Path) -> None:
    attempts = [entry for entry in lines(written / "ledger.jsonl") if entry["kind"] == "attempt"]
    table = pq.read_table(written / "table.parquet").to_pylist()
    assert len(attempts) >= 150
    keys = ("request_id", "number", "sent_at_ns", "input_tokens", "output_tokens", "usable", "defect", "cost_usd")
    assert [[row[key] for key in keys] for row in table] == [[entry[key] for key in keys] for entry in attempts]


def test_the_telemetry_has_a_chat_span_for_every_call(written: Path) -> None:
    attempts = [entry for entry in lines(written / "ledger.jsonl") if entry["kind"] == "attempt"]
    spans = [
        span
        for line in lines(written / "telemetry.jsonl")
        for resource in line.get("resourceSpans", [])
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]
    chats = [span for span in spans if span["name"].startswith("chat ")]
    assert [int(span["startTimeUnixNano"]) for span in chats] == [entry["sent_at_ns"] for entry in attempts]
    assert len({span["traceId"] for span in spans}) == len({entry["request_id"] for entry in attempts})


def test_the_ledger_says_which_incident_befell_the_run(written: Path) -> None:
    run_entry = lines(written / "ledger.jsonl")[0]
    (label,) = run_entry["incidents"]
    assert (label["name"], label["strength"], label["decoy"]) == ("alias_swap", "severe", False)
    assert label["culprit"] == ["gen_ai.response.model", "lumen-mid-2026-11-12"]


def test_the_same_seed_writes_the_same_bytes(written: Path, tmp_path: Path) -> None:
    run("quiet_week", "--calls=150", "--seed=3", "--table", "--incident=alias_swap", "--out", tmp_path)
    assert [(tmp_path / name).read_bytes() for name in FILES] == [(written / name).read_bytes() for name in FILES]


def test_a_table_alone_has_exactly_as_many_requests_as_it_needs_for_the_calls(tmp_path: Path) -> None:
    assert run("storm", "--calls=40000", "--only-table", "--out", tmp_path).returncode == 0
    table = pq.read_table(tmp_path / "table.parquet")
    final = table["final"].to_pylist()
    assert [path.name for path in tmp_path.iterdir()] == ["table.parquet"]
    assert len(final) >= 40_000
    assert sum(final[:39_999]) == sum(final) - 1
    assert set(table["incident"].to_pylist()) == {None, "storm_from_context"}


def test_a_terminal_sees_how_far_it_is_and_a_log_sees_nothing(tmp_path: Path) -> None:
    arguments = ("quiet_week", "--calls=60", "--out", tmp_path)
    assert run(*arguments).stderr == ""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(*arguments), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs):
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # how a terminal says that the other side has gone
            while some := os.read(ours, 65536):
                shown += some
    os.close(ours)
    assert b"requests" in shown
    assert b"%" in shown


def test_days_are_simulated_days(tmp_path: Path) -> None:
    assert run("quiet_week", "--days=0.5", "--only-table", "--out", tmp_path).returncode == 0
    at_ns = pq.read_table(tmp_path / "table.parquet")["arrived_at_ns"].to_pylist()
    assert 0.3 < (at_ns[-1] - at_ns[0]) / 1e9 / 3600 / 12 < 1.6


@pytest.mark.parametrize("more", [[], ["--only-table"]])
def test_ctrl_c_leaves_no_file(more: list[str], tmp_path: Path) -> None:
    played = subprocess.Popen(
        command("quiet_week", "--days=300", *more, "--out", tmp_path), cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in tmp_path.glob(".simulate-*/*")):
        assert played.poll() is None
        assert time.monotonic() < deadline
    played.send_signal(signal.SIGINT)
    _, said = played.communicate(timeout=60)
    assert played.returncode == 130
    assert said.strip() == "Stopped. Nothing was written."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "There is no scenario 'nowhere'. There are: bad_week, call_site"),
        (["storm", "--days=-1"], "--days is -1.0. Allowed: more than 0, at most 366."),
        (["storm", "--days=nan"], "--days is nan. Allowed: more than 0, at most 366."),
        (["storm", "--days=1e300"], "--days is 1e+300. Allowed: more than 0, at most 366."),
        (["storm", "--calls=0"], "--calls is 0. Allowed: 1 to 10000000."),
        (["storm", "--calls=9", "--incident=fire"], "There is no incident 'fire'. There are: alias_swap"),
        (["storm", "--calls=9", "--incident=timeouts=huge"], "timeouts has no strength 'huge'. There are: off, mild"),
    ],
)
def test_wrong_usage_is_named_with_what_is_allowed(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", *arguments, "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_scenario_may_be_a_file_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text((SCENARIO_DIR / "storm.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert run(mine, "--calls=50", "--only-table", "--out", tmp_path / "mine").returncode == 0
    assert run("storm", "--calls=50", "--only-table", "--out", tmp_path / "storm").returncode == 0
    assert pq.read_table(tmp_path / "mine" / "table.parquet") == pq.read_table(tmp_path / "storm" / "table.parquet")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 3\nrequests_per_minute = 0", "mine.toml: requests_per_minute is 0. Allowed: a number from 0.001 to"),
        ("title = ", "mine.toml is not valid TOML:"),
        ("wether = 1", "mine.toml: 'wether' means nothing here. Allowed: title, start"),
        (None, "mine.toml cannot be read: "),
    ],
)
def test_what_is_wrong_in_a_file_of_ones_own_is_named(
    text: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.toml"
    if text is not None:
        mine.write_text(text, encoding="utf-8")
    assert cli.main(["run", str(mine), "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert cli.main(["run", "storm", "--calls=9", "--only-table", "--out", str(tmp_path / "file" / "out")]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_calls_and_days_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["run", "storm", "--calls=9", "--days=1", "--out", "x"])
    assert caught.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
