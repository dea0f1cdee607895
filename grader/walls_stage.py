"""Builds the walls around a learner's process, from inside: namespaces, a root of its own, no powers, bounds.

`grader.walls` starts it as a script (`python -I -S walls_stage.py PLAN`). Three processes come of it: this one watches
and stays outside; its child is the first process of the new process namespace, builds the rest and waits; its
grandchild becomes the learner's Python. Whichever of them ends, the kernel ends those below.

It imports little: `json`, `pathlib`, `signal`, `socket`, `typing` and `contextlib` together take longer than the walls.
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
else:
    import _signal as signal

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
_ATTR_LOCKED = (1, 2, 4)  # read-only, no set-user-id, no devices, as `mount_setattr` counts them
_MNT_DETACH, _AT_FDCWD, _AT_RECURSIVE = 2, -100, 0x8000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_SYS_MOUNT_SETATTR = 442  # the same on every machine; that of pivot_root is not
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}
_AF_INET, _SOCK_DGRAM, _SIOCSIFFLAGS, _IFF_UP_RUNNING = 2, 2, 0x8914, 0x41
_LAST_CAPABILITY = 63
_NOBODY = 65534
_NEW_ROOT = "/proc"  # a folder that every Linux has and the new root does not need
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_LOOK_S = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_libc = ctypes.CDLL(None, use_errno=True)


class _Tolerant:
    """Goes on after an OSError: what is tried in it is not there everywhere, or gone meanwhile."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool:
        return kind is not None and issubclass(kind, OSError)


def main() -> int:
    """Start what the plan says and watch it; returns its exit code."""
    plan = marshal.loads(bytes.fromhex(sys.argv[1]))
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
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
        _must(_libc.unshare(flags), "user namespace")
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{_NOBODY} {user} 1")
        _write("/proc/self/gid_map", f"{_NOBODY} {group} 1")
    else:
        ready, go = os.pipe()
        helped = os.fork()
        if helped == 0:
            os.close(go)
            os.read(ready, 1)
            with _Tolerant():
                for kind in ("uid_map", "gid_map"):
                    _write(f"/proc/{pid}/{kind}", f"0 0 1\n{_NOBODY} {_NOBODY} 1")
                os._exit(0)
            os._exit(1)
        _must(_libc.unshare(flags), "user namespace")
        os.close(go)
        if os.waitpid(helped, 0)[1] != 0:
            raise OSError(1, "Operation not permitted", "user namespace")
    with _Tolerant():  # read-only in some containers
        _write("/proc/sys/user/max_user_namespaces", "0")


def _first_process(plan: dict[str, Any], alive: int, told: int) -> int:
    """Build the walls, start the learner's process inside, and wait until it ends."""
    try:
        with _Tolerant():
            _write("/proc/self/oom_score_adj", "1000")
        _must(_libc.unshare(_NEWNS | _NEWNET | _NEWIPC | _NEWUTS), "namespaces")
        _build_root(plan)
        _loopback_up()
        _must(_libc.sethostname(b"notebook", 8), "sethostname")
        _drop_powers()
        for kind, limit in plan["limits"].items():
            number = getattr(resource, kind)
            hard = resource.getrlimit(number)[1]
            limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(number, (limit, limit))
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if select.select([alive], [], [], 0)[0]:
            return 1  # the watching process died before it could be followed
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
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


def _build_root(plan: dict[str, Any]) -> None:
    """Make a root that holds what Python needs, read-only, and two small folders to write to; and move into it."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    links = {path: os.readlink(path) for path in plan["shown"] if os.path.islink(path)}
    _mount("tmpfs", _NEW_ROOT, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755")
    _folder_to_write("/tmp", plan)
    for path in plan["shown"]:
        if path in links:
            os.symlink(links[path], _NEW_ROOT + path)
        elif os.path.isdir(path):
            os.makedirs(_NEW_ROOT + path, exist_ok=True)
            _bind(path, _ATTR_LOCKED)
        else:
            _empty_file(path)
            _bind(path, _ATTR_LOCKED)
    for path in _DEVICES:
        _empty_file(path)
        _bind(path, _ATTR_LOCKED[:2])
    os.symlink("/tmp", f"{_NEW_ROOT}/dev/shm")
    for path, text in plan["files"].items():
        _empty_file(path, text)
    os.mkdir(_NEW_ROOT + "/proc")
    _folder_to_write(plan["scratch"], plan)
    for path in plan["written"]:
        _empty_file(path)
        _bind(path, ())
    for path in plan["hidden"]:
        if os.path.isdir(_NEW_ROOT + path):
            _mount("tmpfs", _NEW_ROOT + path, "tmpfs", _MS_RDONLY, "size=4k,mode=555")
    _lock(_NEW_ROOT, _ATTR_LOCKED[:2], 0)
    os.chdir(_NEW_ROOT)
    _must(_libc.syscall(_SYS_PIVOT_ROOT.get(os.uname().machine, -1), b".", b"."), "pivot_root")
    _must(_libc.umount2(b".", _MNT_DETACH), "umount")
    os.chdir("/")


def _folder_to_write(path: str, plan: dict[str, Any]) -> None:
    os.makedirs(_NEW_ROOT + path, exist_ok=True)
    size = f"size={plan['scratch_bytes']},nr_inodes={plan['scratch_files']}"
    own = f"mode=700,uid={_NOBODY},gid={_NOBODY}"
    _mount("tmpfs", _NEW_ROOT + path, "tmpfs", _MS_NOSUID | _MS_NODEV, f"{size},{own}")


def _empty_file(path: str, text: str = "") -> None:
    os.makedirs(os.path.dirname(_NEW_ROOT + path), exist_ok=True)
    _write(_NEW_ROOT + path, text)


def _bind(path: str, attributes: tuple[int, ...]) -> None:
    _mount(path, _NEW_ROOT + path, None, _MS_BIND | _MS_REC)
    _lock(_NEW_ROOT + path, attributes, _AT_RECURSIVE)


def _lock(path: str, attributes: tuple[int, ...], how: int) -> None:
    """Set attributes of a mount, and with `_AT_RECURSIVE` of all below it."""
    wanted = struct.pack("=4Q", sum(attributes), 0, 0, 0)
    found = _libc.syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, path.encode(), how, wanted, len(wanted))
    _must(found, f"mount_setattr {path.removeprefix(_NEW_ROOT)}")


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [text.encode() if text else None for text in (source, target, kind, options)]
    found = _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    _must(found, f"mount {target.removeprefix(_NEW_ROOT) or '/'}")


def _loopback_up() -> None:
    any_socket = _libc.socket(_AF_INET, _SOCK_DGRAM, 0)
    fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP_RUNNING))
    os.close(any_socket)


def _drop_powers() -> None:
    for capability in range(_LAST_CAPABILITY):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    if os.getuid() != _NOBODY:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _must(_libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()), "capset")
    _must(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def _must(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    os._exit(main())
