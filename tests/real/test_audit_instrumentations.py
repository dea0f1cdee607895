"""What real instrumentations of OpenAI's client emit, and what `grade audit` says of each.

Each has a virtual environment of its own and asks `simulate serve`; its spans come over OTLP to the audit's listener.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.real.server import serving
from tests.real.stack import ROOT

COMMON = ("opentelemetry-sdk==1.45.2", "opentelemetry-exporter-otlp-proto-http==1.45.2")
PACKAGES = {
    "official": ("openai==3.54.0", "opentelemetry-instrumentation-genai-openai==1.3b0"),
    "openinference": ("openai==3.54.0", "openinference-instrumentation-openai==0.1.66"),
    "openllmetry": ("openai==3.54.0", "opentelemetry-instrumentation-openai==0.62.4"),
    "openllmetry-older": ("openai==1.109.1", "opentelemetry-instrumentation-openai==0.40.14"),
}
STREAMS_WITHOUT_USAGE = {"openllmetry-older": 2}
"""One stream of two does not ask for it; the older OpenLLMetry drops it from the other, too."""

PROGRAM = ROOT / "tests" / "real" / "audit_programs" / "asks.py"
ADDRESS_OF_SOMEBODY = "kim.doe@example.com"
EVERYWHERE = {"missing-prompt", "missing-quality", "missing-cost", "stream-without-usage", "no-request-span"}


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audit wrote about one instrumentation."""

    report: dict[str, Any]
    printed: str
    exit_code: int

    @property
    def findings(self) -> dict[str, dict[str, Any]]:
        """The findings by id."""
        return {finding["id"]: finding for finding in self.report["findings"]}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Audited]:
    """Run an instrumentation once, in an environment made for it."""
    done: dict[str, Audited] = {}

    def run(name: str) -> Audited:
        if name not in done:
            done[name] = _run(name, tmp_path_factory.mktemp(name))
        return done[name]

    return run


def _run(name: str, folder: Path) -> Audited:
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    packages = (*COMMON, *PACKAGES[name])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(pip, check=True, cwd=folder)
    command = [
        sys.executable,
        "-m",
        "grader.audit.command",
        "--port",
        "0",
        "--calls",
        "5",
        "--seconds",
        "120",
        "--json",
        "-",
    ]
    with serving(folder, "--no-wait") as server:
        audit = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with audit:
            assert audit.stderr is not None
            said = ""
            while "ENDPOINT=" not in said:
                said = audit.stderr.readline()
                assert said
            environment = {
                **{key: value for key, value in os.environ.items() if not key.startswith(("OTEL_", "PYTHONPATH"))},
                "OTEL_EXPORTER_OTLP_ENDPOINT": said.strip().partition("=")[2],
                "OTEL_SERVICE_NAME": "shop",
            }
            asked = subprocess.run(
                [python, PROGRAM, name, server.base_url],
                cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert (asked.stdout, asked.returncode) == ("404\n", 0), asked.stderr
            out, err = audit.communicate(timeout=120)
    return Audited(json.loads(out), err, audit.returncode)


def counts(audited: Audited) -> dict[str, tuple[int, int]]:
    return {name: (share["have"], share["of"]) for name, share in audited.report["signals"].items()}


@pytest.mark.parametrize("name", PACKAGES)
def test_each_lacks_the_same_signals(name: str, audited: Callable[[str], Audited]) -> None:
    told, silent = audited(name), STREAMS_WITHOUT_USAGE.get(name, 1)
    assert (told.report["calls"], told.report["spans"], told.exit_code) == (5, 5, 1)
    assert counts(told) == {
        "prompt": (0, 5), "response": (4, 4), "tokens": (4 - silent, 4), "cost": (0, 4), "duration": (5, 5),
        "first-chunk": (2, 2), "quality": (0, 4),
    }  # fmt: skip
    assert told.findings.keys() >= EVERYWHERE
    assert told.findings["stream-without-usage"]["calls"] == silent
    assert {(site["service"], site["place"]) for site in told.report["sites"]} == {
        ("shop", "model lumen-mid"), ("shop", "model nobody-has-it"),
    }  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_nothing_that_was_asked_is_repeated(name: str, audited: Callable[[str], Audited]) -> None:
    told = audited(name)
    for text in (json.dumps(told.report), told.printed):
        assert ADDRESS_OF_SOMEBODY not in text
        assert "return a tent" not in text


def test_the_official_one_speaks_todays_names_and_keeps_prompts_to_itself(audited: Callable[[str], Audited]) -> None:
    told = audited("official")
    assert told.report["generations"] == {"OpenTelemetry GenAI, current": 5}
    assert told.findings.keys() == EVERYWHERE


def test_openinference_is_told_what_to_rename_and_records_prompts(audited: Callable[[str], Audited]) -> None:
    told = audited("openinference")
    assert told.report["generations"] == {"OpenInference": 5}
    assert told.findings.keys() == EVERYWHERE | {"older-names", "personal-data", "not-client", "error-without-type"}
    renames = told.findings["older-names"]["details"]
    assert renames["`llm.token_count.prompt`: today `gen_ai.usage.input_tokens`"] == 3
    assert renames["`openinference.span.kind`: today `gen_ai.operation.name`"] == 5
    assert told.findings["personal-data"]["details"] == {
        "`input.value` holds an e-mail address": 5,
        "`llm.input_messages.N.message.content` holds an e-mail address": 5,
    }
    assert told.findings["error-without-type"]["calls"] == 1


def test_openllmetry_speaks_todays_names_and_a_few_of_its_own(audited: Callable[[str], Audited]) -> None:
    told = audited("openllmetry")
    assert told.report["generations"] == {"OpenTelemetry GenAI, current + OpenLLMetry": 5}
    assert told.findings.keys() == EVERYWHERE | {"older-names", "personal-data"}
    assert told.findings["older-names"]["details"] == {
        "`gen_ai.is_streaming`: today `gen_ai.request.stream`": 5,
        "`gen_ai.openai.api_base`: today `server.address`": 5,
        "`gen_ai.usage.total_tokens`: leave it out: it is the sum of the two others": 3,
    }
    assert told.findings["personal-data"]["details"] == {"`gen_ai.input.messages` holds an e-mail address": 5}


def test_openllmetry_of_a_year_before_named_prompts_one_by_one(audited: Callable[[str], Audited]) -> None:
    told = audited("openllmetry-older")
    assert told.report["generations"] == {"OpenTelemetry GenAI, before v1.37 + OpenLLMetry": 5}
    assert told.findings.keys() == EVERYWHERE | {"older-names", "personal-data", "error-without-type"}
    renames = told.findings["older-names"]["details"]
    assert renames["`gen_ai.system`: today `gen_ai.provider.name`"] == 5
    assert renames["`gen_ai.usage.prompt_tokens`: today `gen_ai.usage.input_tokens`"] == 2
    assert renames["`gen_ai.prompt.N.content`: today `gen_ai.input.messages`"] == 5
    assert told.findings["personal-data"]["details"] == {"`gen_ai.prompt.N.content` holds an e-mail address": 5}
