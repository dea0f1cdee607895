"""The three servers: private token, quiet settings, links as they will be printed, a site built when it has to be."""

from pathlib import Path

import jupyter_settings
import ports
import servers
import website
import words

THREE_PORTS = tuple(ports.Port(port.variable, port.number) for port in ports.DEFAULTS)


def test_the_token_is_private_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "house" / "token"
    token = jupyter_settings.kept_token(path)
    assert len(token) == 48
    assert path.stat().st_mode & 0o777 == 0o600
    assert jupyter_settings.kept_token(path) == token


def test_the_token_is_on_no_command_line_and_in_no_environment() -> None:
    for server in servers.stack(THREE_PORTS, "the-secret"):
        assert "the-secret" not in " ".join(server.command)
        assert "the-secret" not in servers.environment(server).values()


def test_jupyterlab_listens_here_only_and_says_nothing_outside(tmp_path: Path) -> None:
    settings = jupyter_settings.server_settings("t", 8888, tmp_path, is_superuser=False)
    assert settings["ServerApp"]["ip"] == "127.0.0.1"
    assert settings["ServerApp"]["allow_root"] is False
    assert settings["LabApp"]["news_url"] is None
    assert settings["LabApp"]["extension_manager"] == "readonly"
    assert jupyter_settings.LAB_SETTINGS["@jupyterlab/docmanager-extension:plugin"]["autosaveInterval"] == 5


def test_the_welcome_holds_three_links_and_the_way_to_grade() -> None:
    text = words.welcome(servers.stack(THREE_PORTS, "t"))
    for link in ("http://127.0.0.1:8000/", "http://127.0.0.1:8888/lab?token=t", "http://127.0.0.1:8501/"):
        assert f"{link}\n" in text
    assert ". .venv/bin/activate" in text
    assert "Ctrl-C" in text


def test_the_site_is_built_again_when_an_input_changes(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    lesson = tmp_path / "course" / "lesson.md"
    lesson.write_text("one", encoding="utf-8")
    (tmp_path / "labs" / "my").mkdir(parents=True)
    before = website.fingerprint(tmp_path)
    (tmp_path / "labs" / "my" / "06.ipynb").write_text("a learner's work", encoding="utf-8")
    assert website.fingerprint(tmp_path) == before
    lesson.write_text("two", encoding="utf-8")
    assert website.fingerprint(tmp_path) != before
