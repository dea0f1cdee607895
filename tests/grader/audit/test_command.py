"""`grade audit` as a person types it: files, listening, outputs, exit codes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.audit.command import main
from tests.grader.audit.test_sources import LINE, document

COMMAND = (sys.executable, "-m", "grader.audit.command")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "telemetry.jsonl"
    path.write_bytes(LINE + b"\n")
    return path


def test_the_three_most_valuable_fixes_come_first_in_80_columns(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert re.fullmatch(r"✗ Score \d+ of 100: 1 call at 1 call site", lines[0])
    first, then = lines.index("Fix first"), lines.index("Then")
    assert sum(bool(re.match(r"[123]  ", line)) for line in lines[first:then]) == 3
    worth = [int(n) for n in re.findall(r"worth (\d+) point", " ".join(lines))]
    assert worth == sorted(worth, reverse=True)
    assert "\x1b" not in "".join(lines)


def test_json_on_standard_output_stands_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "--json", "-"]) == 1
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert report["schema"] == 1
    assert {"score", "spans", "logs", "metrics", "calls", "signals", "generations", "findings", "sites"} < report.keys()
    keys = {"id", "title", "severity", "points", "calls", "of", "fix", "lesson", "details", "example"}
    assert all(finding.keys() == keys for finding in report["findings"] + report["sites"][0]["findings"])
    assert "Score" in told.err


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_asks_nobody_for_anything_and_can_be_read_aloud(file: Path, tmp_path: Path) -> None:
    main([str(file), "--html", str(tmp_path / "report.html")])
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    names = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img", "iframe", "a", "form"} & set(names)
    assert not any({"src", "href", "onclick"} & attributes.keys() for _, attributes in page.tags)
    assert ("html", {"lang": "en"}) in page.tags
    assert names.count("h1") == names.count("main") == 1
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in page.tags if tag == "th")
    assert "prefers-color-scheme" in text


def test_what_an_application_names_is_no_markup_and_moves_no_cursor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "telemetry.jsonl"
    path.write_text(json.dumps(document(name="x")).replace("lumen-mid", "<script>x\\u001b[2J"), encoding="utf-8")
    assert main([str(path), "--html", str(tmp_path / "report.html")]) == 1
    assert "\x1b" not in capsys.readouterr().out
    assert "<script" not in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "No span came."),
        (LINE.replace(b"chat", b"noop"), "None of them is a call to a model."),
    ],
)
def test_without_a_call_it_says_what_a_call_looks_like_and_ends_with_3(
    content: bytes, said: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(content)
    assert main([str(file)]) == 3
    assert said in capsys.readouterr().out


def test_what_cannot_be_read_or_written_ends_with_3_and_a_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file.parent / "nowhere")]) == 3
    assert capsys.readouterr().err.startswith("There is no file")
    assert main([str(file), "--html", str(file.parent / "no" / "folder.html")]) == 3
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["--seconds", "0"], ["--calls", "-1"], ["--port", "70000"], ["x.jsonl", "--calls", "3"], ["--nonsense"]],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def listen(*options: str) -> tuple[subprocess.Popen[str], str]:
    program = subprocess.Popen(
        [*COMMAND, "--port", "0", *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stderr is not None
    said = ""
    while "OTEL_EXPORTER_OTLP_ENDPOINT=" not in said:
        said = program.stderr.readline()
        assert said
    return program, said.strip().partition("=")[2]


def send(address: str) -> None:
    request = urllib.request.Request(f"{address}/v1/traces", LINE, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("options", [("--calls", "1", "--seconds", "60"), ("--quiet", "0.3", "--seconds", "60")])
def test_it_listens_until_enough_has_come(options: tuple[str, ...]) -> None:
    program, address = listen(*options)
    with program:
        send(address)
        out, _ = program.communicate(timeout=60)
    assert program.returncode == 1
    assert "1 call at 1 call site" in out


def test_ctrl_c_ends_listening_and_reports() -> None:
    program, address = listen()
    with program:
        send(address)
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=60)
    assert program.returncode == 1
    assert "1 call at 1 call site" in out


def test_listening_in_vain_ends_with_3() -> None:
    program, _ = listen("--seconds", "0.3")
    with program:
        out, _ = program.communicate(timeout=60)
    assert program.returncode == 3
    assert "No span came." in out


def test_a_port_in_use_is_named() -> None:
    program, address = listen("--seconds", "30")
    with program:
        port = address.rpartition(":")[2]
        second = subprocess.run(
            [*COMMAND, "--port", port], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        program.send_signal(signal.SIGINT)
    assert second.returncode == 3
    assert second.stderr.startswith(f"Port {port} is in use.")
