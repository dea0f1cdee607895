"""`make start` as a person runs it: links that work as printed, one Ctrl-C, nobody left behind.

Each test starts the real stack in the environment that is already installed, on free ports.
"""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from tests.real.stack import ROOT, Started, free_ports, post, status, stopped_stack

PATIENCE_S = 30.0
READY = "Ctrl-C here ends all three."


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    with stopped_stack(tmp_path, free_ports()) as running:
        running.wait_for(READY)
        yield running


def test_three_links_work_as_printed(started: Started) -> None:
    site, lab, capstone = started.links()
    assert [status(site), status(lab), status(capstone)] == [200, 200, 200]


def test_nobody_runs_code_without_the_token(started: Started) -> None:
    lab = started.links()[1]
    address, token = lab.split("/lab?token=")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        status(f"{address}/api/kernels")
    assert status(f"{address}/api/kernels?token={token}") == 200


def test_ctrl_c_ends_everything_a_busy_kernel_and_its_orphan_included(tmp_path: Path) -> None:
    with stopped_stack(tmp_path, free_ports(), (sys.executable, ".house/bootstrap.py", "start")) as running:
        running.wait_for(READY)
        address, token = running.links()[1].split("/lab?token=")
        post(f"{address}/api/kernels?token={token}")
        kernel = running.wait_for_descendant("ipykernel_launcher")
        assert kernel.cmdline()[0] == str(ROOT / ".venv" / "bin" / "python")
        assert kernel.environ()["PATH"].split(os.pathsep)[0] == str(ROOT / ".venv" / "bin")
        run_in(kernel, "import os; os.system('setsid sleep 987 > /dev/null 2>&1 &')\nwhile True: pass")
        running.wait_for_descendant("sleep 987")
        everybody = running.descendants()
        assert len(everybody) >= 6
        running.signal_group(signal.SIGINT)
        assert running.program.wait(PATIENCE_S) == 0
        assert "All three have ended." in running.output()
        assert [one for one in everybody if one.is_running()] == []


def test_ctrl_c_on_make_ends_everything(started: Started) -> None:
    everybody = started.descendants()
    started.signal_group(signal.SIGINT)
    # Make, interrupted, waits for us and then ends by the same signal, as make always does.
    assert started.program.wait(PATIENCE_S) == -signal.SIGINT
    assert started.output().endswith("All three have ended.\n")
    assert [one for one in everybody if one.is_running()] == []


def run_in(kernel: psutil.Process, code: str) -> None:
    """Let a kernel run code, and come back without waiting for its end."""
    client = BlockingKernelClient(connection_file=kernel.cmdline()[-1])
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE_S)
    client.execute(code)
    client.stop_channels()


def test_a_plain_kill_ends_everything_too(started: Started) -> None:
    everybody = started.descendants()
    started.serving().send_signal(signal.SIGTERM)
    assert started.program.wait(PATIENCE_S) == 0
    assert [one for one in everybody if one.is_running()] == []


def test_a_server_that_dies_is_named_and_ends_the_others(started: Started) -> None:
    everybody = started.descendants()
    started.wait_for_descendant("streamlit").kill()
    assert started.program.wait(PATIENCE_S) != 0
    assert "The capstone ended by itself (exit code -9), so the others were ended too." in started.output()
    assert "run-capstone.log" in started.output()
    assert [one for one in everybody if one.is_running()] == []


def test_a_port_in_use_is_named_and_nothing_starts(tmp_path: Path) -> None:
    wanted = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(wanted["LAB_PORT"])))
        other.listen()
        with stopped_stack(tmp_path, wanted) as refused:
            assert refused.program.wait(PATIENCE_S) != 0
            number = int(wanted["LAB_PORT"])
            line = f"Port {number} is in use by another program. Free it, or run: LAB_PORT={number + 10} make start"
            assert line in refused.output()
            assert "Traceback" not in refused.output()
            assert refused.descendants() == []


def test_the_exit_code_for_a_port_in_use_is_1() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = subprocess.run(
            [sys.executable, ROOT / ".house" / "bootstrap.py", "start"],
            env={**os.environ, "SITE_PORT": str(other.getsockname()[1])},
            capture_output=True,
            check=False,
        )
    assert told.returncode == 1


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only Linux' root can make a network without an outside"
)
def test_a_second_start_needs_no_network(tmp_path: Path) -> None:
    inside = ("unshare", "--net", "sh", "-c", "ip link set lo up && exec make start")
    with stopped_stack(tmp_path, free_ports(), inside) as running:
        running.wait_for(READY)
