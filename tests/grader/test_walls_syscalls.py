"""Behind walls no system call takes memory or disk that no bound sees."""

from __future__ import annotations

import sys

import pytest

from tests.grader.walls_probe import USERS, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")

UNSEEN = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def refused(name, *given):
    return errno.errorcode.get(ctypes.get_errno()) if getattr(libc, name)(*given) == -1 else None
with open(os.environ["SIMULATOR_TELEMETRY"], "wb") as file:
    tell(
        fallocate=refused("fallocate", file.fileno(), 1, ctypes.c_long(0), ctypes.c_long(3 * 2**30)),
        memfd_create=refused("memfd_create", b"hoard", 0),
        shmget=refused("shmget", 0, ctypes.c_size_t(2**20), 0o1600),
        msgget=refused("msgget", 0, 0o1600),
        longest=os.fstat(file.fileno()).st_blocks,
    )
"""


@pytest.mark.parametrize("user", USERS)
def test_calls_that_take_disk_or_memory_unseen_are_refused(user: str) -> None:
    (told,) = run(UNSEEN, user).told
    assert told == {
        "fallocate": "ENOTSUP", "memfd_create": "ENOSYS", "shmget": "ENOSYS", "msgget": "ENOSYS", "longest": 0,
    }  # fmt: skip
