"""`simulate serve`, as far as it can be seen without starting a server; the rest is in tests/real."""

import argparse
import importlib.util
import socket
from pathlib import Path
from typing import Any

import pytest

from simulator.edges import serve_command


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate")
    serve_command.add_parser(parser.add_subparsers(required=True))
    return parser.parse_args(["serve", *arguments])


def test_real_time_is_the_default() -> None:
    options = parsed()
    assert (options.port, options.speed, options.no_wait, options.control) == (4010, 1.0, False, False)


@pytest.mark.parametrize(
    "arguments",
    [("--port", "x"), ("--port", "65536"), ("--speed", "0"), ("--speed", "inf"), ("--speed", "2", "--no-wait")],
)
def test_a_wrong_option_is_named(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed(*arguments)
    assert ended.value.code == 2
    assert arguments[-2 if arguments[-1] != "--no-wait" else -1] in capsys.readouterr().err


def test_a_taken_port_is_named_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve_command.run(parsed("--port", str(port))) == 2
    told = f"simulate serve: port {port} is in use. Choose another one: simulate serve --port {port + 1}\n"
    assert capsys.readouterr().err == told


def test_an_unknown_scenario_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve_command.run(parsed("--port", "0", "--scenario", "x")) == 2
    told = capsys.readouterr().err
    assert told.startswith("simulate serve: There is no scenario 'x'. There are: ")
    assert "call_site" in told


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert serve_command.run(parsed("--port", "0", "--out", str(tmp_path / "file"))) == 2
    assert f"{tmp_path / 'file'}" in capsys.readouterr().err


def test_missing_packages_are_named_with_the_way_to_install_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else find(name))
    assert serve_command.run(parsed()) == 2
    told = "simulate serve: uvicorn missing. Install the server's packages: pip install '.[server]'\n"
    assert capsys.readouterr().err == told
