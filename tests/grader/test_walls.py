"""Behind walls a process sees and changes nothing but what it was given, whoever starts it."""

from __future__ import annotations

import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import walls
from grader.walled.syscalls import is_known
from tests.grader.walls_probe import ROOT, USERS, run, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")

LOOK_AROUND = """
import ctypes, resource, socket
def refused(act, *given):
    try:
        act(*given)
    except OSError as error:
        return error.strerror
    return ""
libc = ctypes.CDLL(None, use_errno=True)
capabilities = (ctypes.c_uint32 * 6)()
libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), capabilities)
def listen_and_call():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
tell(
    pid=os.getpid(), processes=os.listdir("/proc"), user=os.getuid(), host=socket.gethostname(),
    root=sorted(os.listdir("/")), devices=sorted(os.listdir("/dev")), project=sorted(os.listdir(PROJECT)),
    labs=[os.path.join(where, name) for where, _, names in os.walk("/") for name in names if name == "lab.toml"],
    links=[name for _, name in socket.if_nameindex()], loopback=refused(listen_and_call),
    out=refused(socket.create_connection, ("192.0.2.1", 80), 0.5),
    capabilities=list(capabilities), root_again=refused(os.setuid, 0),
    user_namespace=libc.unshare(0x10000000), mount=libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
    writes={place: refused(open, place + "/x", "w") for place in ("/", "/usr", "/etc", "/dev", PROJECT + "/simulator")},
    own={place: refused(open, place + "/x", "w") for place in ("/tmp", os.environ["HOME"], "/dev/shm")},
    limits={name: resource.getrlimit(getattr(resource, name))[1] for name in ("RLIMIT_NPROC", "RLIMIT_CORE")},
)
"""


@pytest.fixture(scope="module", params=USERS)
def seen(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """What a process finds that looks around behind walls."""
    outcome = run(LOOK_AROUND.replace("PROJECT", repr(str(ROOT))), request.param)
    assert outcome.code == 0
    yield outcome.told[0]


def test_it_sees_no_process_but_its_own(seen: dict[str, Any]) -> None:
    assert (seen["pid"], seen["processes"], seen["host"]) == (2, [], "notebook")


def test_it_sees_python_simulator_and_grader_and_no_lab(seen: dict[str, Any]) -> None:
    assert {"grader", "simulator"} <= set(seen["project"]) <= {"grader", "simulator", ".venv"}
    assert seen["labs"] == []
    assert not {"var", "srv", "mnt", "media", "boot"} & set(seen["root"])
    assert seen["devices"] == ["null", "random", "shm", "urandom", "zero"]


def test_it_has_no_network_but_its_own_loopback(seen: dict[str, Any]) -> None:
    assert (seen["links"], seen["loopback"], seen["out"]) == (["lo"], "", "Network is unreachable")


def test_it_has_no_powers_and_gets_none(seen: dict[str, Any]) -> None:
    assert seen["user"] == 65534
    assert seen["capabilities"] == [0] * 6
    assert seen["root_again"]
    assert seen["user_namespace"] == seen["mount"] == -1


def test_it_writes_to_its_own_folders_only(seen: dict[str, Any]) -> None:
    assert all(seen["writes"].values()), seen["writes"]
    assert not any(seen["own"].values()), seen["own"]


def test_it_has_bounds(seen: dict[str, Any]) -> None:
    assert seen["limits"] == {"RLIMIT_NPROC": walls.PROCESSES, "RLIMIT_CORE": 0}


@pytest.mark.parametrize("user", USERS)
def test_of_what_it_writes_the_telemetry_alone_is_kept(user: str) -> None:
    outcome = run("open(os.environ['SIMULATOR_TELEMETRY'], 'w').write('spans')\nopen('other', 'w')", user)
    assert (outcome.kept, outcome.left) == ("spans", ["telemetry.jsonl"])


@pytest.mark.parametrize("user", USERS)
def test_what_is_shown_cannot_be_written_even_by_whom_it_belongs_to(user: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        tries = """
def refused(act, *given):
    try:
        act(*given)
    except OSError as error:
        return error.strerror
tell(new=refused(open, SHOWN + "/x", "w"), mode=refused(os.chmod, SHOWN, 0o700))
"""
        outcome = run(tries.replace("SHOWN", repr(folder)), user, shown=(folder,))
        assert outcome.told[0]["new"] == "Read-only file system"
        assert outcome.told[0]["mode"]
        assert os.listdir(folder) == []


def test_its_folder_has_a_size_and_a_number_of_files() -> None:
    fill = """
import itertools
def count(act):
    try:
        for number in itertools.count():
            act(number)
    except OSError as error:
        return number, error.strerror
tell(files=count(lambda n: open(f"{n}", "w").close()))
[os.unlink(name) for name in os.listdir() if name.isdigit()]
def megabyte(number):
    with open(f"big-{number // 32}", "ab", buffering=0) as big:
        big.write(b"x" * 2**20)
tell(megabytes=count(megabyte))
"""
    files, megabytes = run(fill).told
    assert files["files"][1] == megabytes["megabytes"][1] == "No space left on device"
    assert files["files"][0] < 20_001 and megabytes["megabytes"][0] <= 256


def test_what_is_shown_is_seen_and_what_is_hidden_in_it_is_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path_factory.getbasetemp().parent) as folder:
        shown = Path(folder)
        shown.chmod(0o755)
        for name in ("open", "closed"):
            (shown / name).mkdir()
            (shown / name / "file").write_text(name)
        look = f"tell(**{{name: os.listdir({folder!r} + '/' + name) for name in ('open', 'closed')}})"
        outcome = run(look, shown=(folder,), hidden=(str(shown / "closed"),))
    assert outcome.told == [{"open": ["file"], "closed": []}]


@pytest.mark.parametrize(("source", "code"), [("sys.exit(3)", 3), ("os.kill(os.getpid(), 9)", -9), ("os.abort()", -6)])
def test_how_it_ended_is_told_as_without_walls(source: str, code: int) -> None:
    assert run(source).code == code


def test_its_first_process_cannot_be_killed_from_inside() -> None:
    tries = "[os.kill(1, number) for number in (2, 15, 9, 19)]\ntell(still='here')"
    outcome = run(tries)
    assert (outcome.code, outcome.told) == (0, [{"still": "here"}])


def test_it_cannot_fork_without_end() -> None:
    forks = """
children = 0
try:
    while True:
        if os.fork() == 0:
            import time; time.sleep(60); os._exit(0)
        children += 1
except OSError as error:
    tell(children=children, why=error.strerror)
"""
    (told,) = run(forks).told
    assert told["why"] == "Resource temporarily unavailable"
    assert 100 < told["children"] < walls.PROCESSES


def test_more_memory_than_allowed_in_all_its_processes_together_ends_it_and_is_told() -> None:
    hoard = "import time\nfor _ in range(3): os.fork()\nheld = b'x' * (40 * 2**20)\ntime.sleep(60)"
    outcome = run(hoard, memory_bytes=200 * 2**20)
    assert outcome.code == 1
    assert outcome.told[-1]["error"]["kind"] == "MemoryError"


DAEMON = """
import time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            open(os.environ['SIMULATOR_TELEMETRY'], 'a').write('x')
            time.sleep(0.01)
    os._exit(0)
time.sleep(0.2)
"""


@pytest.mark.parametrize("user", USERS)
def test_a_daemon_ends_with_it(user: str) -> None:
    assert run(DAEMON, user).code == 0  # with the pipe that the daemon holds read to its end


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("killed", ["the grader", "the watching process"])
def test_all_ends_with_whoever_started_it(killed: str, user: str) -> None:
    driver, watching = start(DAEMON + "time.sleep(60)", user)
    time.sleep(0.5)
    below = family(watching)
    assert len(below) >= 3  # the first process, the notebook, the daemon
    os.kill(driver.pid if killed == "the grader" else watching, signal.SIGKILL)
    with driver:
        deadline_s = time.monotonic() + 10
        while any(runs(pid) for pid in (watching, *below)):
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        driver.kill()


def family(pid: int) -> list[int]:
    """All processes below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *family(child)]
    return found


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("user", USERS)
def test_a_trial_tells_what_this_machine_gives(user: str) -> None:
    ask = f"sys.path.insert(0, {str(ROOT)!r})\nfrom grader import walls\ntell(missing=walls.missing())"
    # Behind walls there are no further walls: what a machine looks like that forbids them.
    (inside,) = run(ask, user).told
    assert inside["missing"] == "user namespace: No space left on device"


def test_names_of_protections_stand_for_walls_that_stood() -> None:
    assert walls.missing() == ""
    assert len(walls.available()) == 5 + is_known(platform.machine())
