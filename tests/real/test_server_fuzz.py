"""The server is fuzzed against its own OpenAPI description: good requests are taken, bad ones refused, all as it says.

Schemathesis runs in an environment of its own. It stays out of 503, which the fake provider answers on purpose.
"""

import os
import subprocess
import venv
from pathlib import Path

import pytest

from tests.real.server import serving
from tests.real.stack import ROOT

FUZZER = "schemathesis==4.32.5"
ENVIRONMENT = ROOT / ".venv-real" / "schemathesis"
HERE = Path(__file__).parent
PATIENCE_S = 300


@pytest.fixture(scope="module")
def program() -> Path:
    """The fuzzer; it is installed when this test runs for the first time."""
    stamp = ENVIRONMENT / "installed.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != FUZZER:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        python = str(ENVIRONMENT / "bin" / "python")
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, FUZZER], check=True, cwd=ROOT)
        stamp.write_text(FUZZER, encoding="utf-8")
    return ENVIRONMENT / "bin" / "schemathesis"


def test_no_generated_request_makes_the_server_break_its_own_description(program: Path, tmp_path: Path) -> None:
    config = ["--config-file", str(HERE / "schemathesis.toml")]
    with serving(tmp_path, "--no-wait", "--control") as server:
        fuzzed = subprocess.run(
            [
                str(program),
                *config,
                "run",
                f"{server.address}/openapi.json",
                "--checks",
                "all",
                "-n",
                "100",
                "--seed",
                "1",
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(HERE), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    assert fuzzed.returncode == 0, fuzzed.stdout + fuzzed.stderr
    assert " cases:" in fuzzed.stdout
