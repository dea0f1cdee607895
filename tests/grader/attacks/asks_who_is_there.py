"""Asks the kernel for a handle on whoever holds the other end of its socket, to signal, read or join it.

Stopped: judge and simulator cannot be read while it runs; behind walls a handle on a stranger's process can do nothing,
and no new namespace can be made.
Plain: not tried, the judge runs with the same user's rights there
Walls: crashed
"""

import ctypes
import os
import signal
import socket

SO_PEERPIDFD, PIDFD_SEND_SIGNAL, PIDFD_GETFD = 77, 424, 438
NEW_USER, NEW_NETWORK, NEW_FILES = 0x10000000, 0x40000000, 0x20000
libc = ctypes.CDLL(None, use_errno=True)
peer = -1
with socket.socket(fileno=os.dup(int(os.environ["SIMULATOR_FD"]))) as simulator:
    try:
        peer = int.from_bytes(simulator.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD, 4), "little")
    except OSError:
        pass  # this kernel gives no such handle
done = [
    name
    for name, result in (
        ("signalled", libc.syscall(PIDFD_SEND_SIGNAL, peer, signal.SIGKILL, None, 0)),
        ("took a file", libc.syscall(PIDFD_GETFD, peer, 0, 0)),
        ("joined the files", libc.setns(peer, NEW_FILES)),
        ("joined the network", libc.setns(peer, NEW_NETWORK)),
        ("has powers", libc.unshare(NEW_USER)),
    )
    if result >= 0
]
while done:
    pass  # a time-out would say that something of this worked
raise RuntimeError("nothing of this works here")
