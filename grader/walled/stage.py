"""The processes between the judge and a notebook behind walls: one outside that watches, the first one inside.

Three processes come of it: this one watches and stays outside; its child is the first process of the new process
namespace, builds the rest and waits; its grandchild becomes the learner's Python. Whichever of them ends, the kernel
ends those below.
"""

from __future__ import annotations

import ctypes
import fcntl
import marshal
import os
import resource
import select
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from typing import Any

    from grader.walled.root import NOBODY, build_root, libc, must, write
    from grader.walled.syscalls import filter_calls
else:
    import _signal as signal

    from root import NOBODY, build_root, libc, must, write
    from syscalls import filter_calls

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_AF_INET, _SOCK_DGRAM, _SIOCSIFFLAGS, _IFF_UP_RUNNING = 2, 2, 0x8914, 0x41
_LAST_CAPABILITY = 63
_LOOK_S = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class _Tolerant:
    """Goes on after an OSError: what is tried in it is not there everywhere, or gone meanwhile."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool:
        return kind is not None and issubclass(kind, OSError)


def main() -> int:
    """Start what the plan says and watch it; returns its exit code."""
    plan = marshal.loads(bytes.fromhex(sys.argv[1]))
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != plan["parent"]:
        return 1  # the judge died before it could be followed
    told, alive = os.pipe(), os.pipe()
    try:
        _own_users()
    except OSError as error:
        return _failed(plan, error)
    first = os.fork()
    if first == 0:
        os.close(alive[1])
        os._exit(_first_process(plan, alive[0], told[1]))
    os.close(told[1])
    for fd in (0, *plan["fds"]):
        if fd != plan["status"]:
            os.close(fd)
    return _watch(plan, first, told[0])


def _watch(plan: dict[str, Any], first: int, told: int) -> int:
    """Wait for the first process, and end it when all below it use more memory than the plan allows."""
    ending = os.pidfd_open(first)
    while not select.select([ending], [], [], _LOOK_S)[0]:
        if _resident_bytes(first) > plan["memory_bytes"]:
            os.kill(first, signal.SIGKILL)
            _say(plan, "the notebook and what it started", "MemoryError", "")
            break
    os.waitpid(first, 0)
    code = int(os.read(told, 16) or b"1")
    if code < 0:
        with _Tolerant():  # SIGKILL has no handler to reset
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code if code >= 0 else 1


def _resident_bytes(first: int) -> int:
    """Return the memory of all processes below one; what two of them share counts twice."""
    total, waiting = 0, [first]
    while waiting:
        pid = waiting.pop()
        with _Tolerant():
            total += int(_read(f"/proc/{pid}/statm").split()[1]) * _PAGE_BYTES
            for task in os.listdir(f"/proc/{pid}/task"):
                waiting += map(int, _read(f"/proc/{pid}/task/{task}/children").split())
    return total


def _say(plan: dict[str, Any], line: str, kind: str, text: str) -> None:
    import json

    word = {"error": {"cell": 0, "line": line, "kind": kind, "text": text}}
    with _Tolerant():
        os.write(plan["status"], b"\n" + json.dumps(word).encode() + b"\n")


def _failed(plan: dict[str, Any], error: OSError) -> int:
    _say(plan, "the walls around the notebook could not be built", error.filename or "kernel", str(error.strerror))
    return 1


def _own_users() -> None:
    """Enter a user namespace, in which one user without powers stands for the outer one, or for nobody if that is root.

    Only a process outside may give root's place to two users, hence the fork.
    """
    flags = _NEWUSER | _NEWPID
    user, group, pid = os.geteuid(), os.getegid(), os.getpid()
    if user != 0:
        must(libc.unshare(flags), "user namespace")
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", f"{NOBODY} {user} 1")
        write("/proc/self/gid_map", f"{NOBODY} {group} 1")
    else:
        ready, go = os.pipe()
        helped = os.fork()
        if helped == 0:
            os.close(go)
            os.read(ready, 1)
            with _Tolerant():
                for kind in ("uid_map", "gid_map"):
                    write(f"/proc/{pid}/{kind}", f"0 0 1\n{NOBODY} {NOBODY} 1")
                os._exit(0)
            os._exit(1)
        must(libc.unshare(flags), "user namespace")
        os.close(go)
        if os.waitpid(helped, 0)[1] != 0:
            raise OSError(1, "Operation not permitted", "user namespace")
    with _Tolerant():  # read-only in some containers
        write("/proc/sys/user/max_user_namespaces", "0")


def _first_process(plan: dict[str, Any], alive: int, told: int) -> int:
    """Build the walls, start the learner's process inside, and wait until it ends."""
    try:
        with _Tolerant():
            write("/proc/self/oom_score_adj", "1000")
        must(libc.unshare(_NEWNS | _NEWNET | _NEWIPC | _NEWUTS), "namespaces")
        build_root(plan)
        _loopback_up()
        must(libc.sethostname(b"notebook", 8), "sethostname")
        _drop_powers()
        for kind, limit in plan["limits"].items():
            number = getattr(resource, kind)
            hard = resource.getrlimit(number)[1]
            limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(number, (limit, limit))
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if select.select([alive], [], [], 0)[0]:
            return 1  # the watching process died before it could be followed
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        last = os.fork()
    except OSError as error:
        os.write(told, b"1")
        return _failed(plan, error)
    if last == 0:
        try:
            os.chdir(plan["scratch"])
            os.execve(plan["argv"][0], plan["argv"], dict(os.environ))
        finally:
            os._exit(127)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # with no handlers, nothing inside can signal the first process
    for fd in (0, *plan["fds"]):
        os.close(fd)
    while True:
        pid, status = os.wait()
        if pid == last:
            os.write(told, b"%d" % os.waitstatus_to_exitcode(status))
            return 0


def _loopback_up() -> None:
    any_socket = libc.socket(_AF_INET, _SOCK_DGRAM, 0)
    fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP_RUNNING))
    os.close(any_socket)


def _drop_powers() -> None:
    for capability in range(_LAST_CAPABILITY):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    if os.getuid() != NOBODY:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    must(libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()), "capset")
    must(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    filter_calls()


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
