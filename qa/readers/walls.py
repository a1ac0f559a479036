"""What the reading process may not do, whatever a file makes its library do: reach the network, fill the disk."""

import ctypes
import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

_NEW_NETWORK = 0x40000000
_NEW_USER = 0x10000000
# Audit events of everything in Python that names or reaches another machine, or a service of this one.
_NETWORK = {
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"),
    *("socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
}


def close_network() -> None:
    """From now on neither this process nor what it starts reaches the network.

    Linux: a network of its own, in which there is nothing, where the system permits that (root, or users who may
    have namespaces of their own; many containers permit neither). Everywhere: Python's own sockets refuse. What
    remains open without the first is C code that opens sockets by itself; no library that we read with does.
    """
    if sys.platform == "linux":
        _leave_network()
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: Any) -> None:
    if event in _NETWORK:
        raise OSError(errno.ENETUNREACH, "reading never opens the network")


def _leave_network() -> None:
    libc = ctypes.CDLL(None)
    if libc.unshare(_NEW_NETWORK) == 0:
        return
    user, group = os.geteuid(), os.getegid()
    # Root would lose its right to read the files of others with a user namespace of its own.
    if user == 0 or libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return
    # Only names: the rights to files stay those of the user before.
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def limit(megabytes: int, file_megabytes: int) -> None:
    """Caps the memory of this process, and of each that it starts, and the size of any file that they write.

    Memory on Linux only: macOS refuses a limit below what every process has mapped from its start.
    """
    if sys.platform == "win32":
        return
    import resource

    _lower(resource.RLIMIT_FSIZE, file_megabytes * 1_000_000)
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _lower(resource.RLIMIT_AS, megabytes * 1_000_000)


def _lower(what: int, size: int) -> None:
    import resource

    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (size if hard < 0 else min(hard, size), hard))
