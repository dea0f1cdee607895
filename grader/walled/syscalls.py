"""A filter of system calls (seccomp): refuses those that take disk or memory unseen by any bound, and needless doors.

`fallocate` takes disk without making a file longer, past the bound on a file's size. Files in memory, shared memory and
message queues are in no process's resident memory. Keyrings, io_uring, BPF, perf and userfaultfd are doors into the
kernel that no lab needs. Numbers: the kernel's tables for x86-64, and its generic one, which aarch64 and riscv64 use.
"""

from __future__ import annotations

import ctypes
import os
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_REFUSED = {  # by name: x86-64's number, the generic one
    "fallocate": (285, 47),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1), "riscv64": (0xC00000F3, 1)}
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # places in what the kernel shows to a filter
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_ENOSYS, _EOPNOTSUPP = 38, 95
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


def is_known(machine: str) -> bool:
    """Tell whether the numbers of this kind of machine ("x86_64") are known here."""
    return machine in _ARCHITECTURES


def filter_calls() -> None:
    """Refuse these calls from now on, in this process and in all that it starts.

    Raises:
        OSError: if the kernel has no such filters.
    """
    machine = os.uname().machine
    if not is_known(machine):
        return
    architecture, column = _ARCHITECTURES[machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":  # the same calls have other numbers for programs with short pointers
        steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE | _ENOSYS)]
    for name, numbers in _REFUSED.items():
        answer = _EOPNOTSUPP if name == "fallocate" else _ENOSYS
        steps += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _REFUSE | answer)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    whole = struct.pack("@HP", len(steps), ctypes.addressof(program))
    if _libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, whole, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "seccomp")
