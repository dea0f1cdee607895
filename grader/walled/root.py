"""A root of its own for a process: what Python needs, read-only, two small folders to write to, and nothing else."""

from __future__ import annotations

import ctypes
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NOBODY = 65534
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
_ATTR_LOCKED = (1, 2, 4)  # read-only, no set-user-id, no devices, as `mount_setattr` counts them
_MNT_DETACH, _AT_FDCWD, _AT_RECURSIVE = 2, -100, 0x8000
_SYS_MOUNT_SETATTR = 442  # the same on every machine; that of pivot_root is not
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}
_NEW_ROOT = "/proc"  # a folder that every Linux has and the new root does not need
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
libc = ctypes.CDLL(None, use_errno=True)


def build_root(plan: dict[str, Any]) -> None:
    """Make a root that holds what Python needs, read-only, and two small folders to write to; and move into it."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    links = {path: os.readlink(path) for path in plan["shown"] if os.path.islink(path)}
    _mount("tmpfs", _NEW_ROOT, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755")
    _folder_towrite("/tmp", plan)
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
    _folder_towrite(plan["scratch"], plan)
    for path in plan["written"]:
        _empty_file(path)
        _bind(path, ())
    for path in plan["hidden"]:
        if os.path.isdir(_NEW_ROOT + path):
            _mount("tmpfs", _NEW_ROOT + path, "tmpfs", _MS_RDONLY, "size=4k,mode=555")
    _lock(_NEW_ROOT, _ATTR_LOCKED[:2], 0)
    os.chdir(_NEW_ROOT)
    must(libc.syscall(_SYS_PIVOT_ROOT.get(os.uname().machine, -1), b".", b"."), "pivot_root")
    must(libc.umount2(b".", _MNT_DETACH), "umount")
    os.chdir("/")


def _folder_towrite(path: str, plan: dict[str, Any]) -> None:
    os.makedirs(_NEW_ROOT + path, exist_ok=True)
    size = f"size={plan['scratch_bytes']},nr_inodes={plan['scratch_files']}"
    own = f"mode=700,uid={NOBODY},gid={NOBODY}"
    _mount("tmpfs", _NEW_ROOT + path, "tmpfs", _MS_NOSUID | _MS_NODEV, f"{size},{own}")


def _empty_file(path: str, text: str = "") -> None:
    os.makedirs(os.path.dirname(_NEW_ROOT + path), exist_ok=True)
    write(_NEW_ROOT + path, text)


def _bind(path: str, attributes: tuple[int, ...]) -> None:
    _mount(path, _NEW_ROOT + path, None, _MS_BIND | _MS_REC)
    _lock(_NEW_ROOT + path, attributes, _AT_RECURSIVE)


def _lock(path: str, attributes: tuple[int, ...], how: int) -> None:
    """Set attributes of a mount, and with `_AT_RECURSIVE` of all below it."""
    wanted = struct.pack("=4Q", sum(attributes), 0, 0, 0)
    found = libc.syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, path.encode(), how, wanted, len(wanted))
    must(found, f"mount_setattr {path.removeprefix(_NEW_ROOT)}")


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [text.encode() if text else None for text in (source, target, kind, options)]
    found = libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    must(found, f"mount {target.removeprefix(_NEW_ROOT) or '/'}")


def must(result: int, what: str) -> None:
    """Raise what the kernel said, if a call into it failed."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def write(path: str, text: str) -> None:
    """Write a text to a file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
