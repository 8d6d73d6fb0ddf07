"""What a camera process gives up before it reads a byte from a camera.

It parses hostile input, so it ends with its parent, leaves no memory behind, and, where
the kernel has Landlock, writes only where its segments go, reads only its own code, and
connects to no port but its camera's. Landlock knows ports, not addresses; where the
kernel lacks it the process says so and goes on.

Source:
    prctl(2); landlock(7), kernel 5.13 for files, 6.7 for ports.
"""

import ctypes
import os
import resource
import signal
import ssl
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MIB = 1024 * 1024
MOST_MEMORY = 2048 * MIB
LARGEST_FILE = 32 * MIB
MOST_DESCRIPTORS = 128

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38

# The same numbers on every architecture since Linux 5.13.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH, _RULE_PORT = 1, 2

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _TRUNCATE = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 14
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_KEEP = _WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_BIND_TCP, _CONNECT_TCP = 1, 2
_SCOPED_SOCKETS_AND_SIGNALS = 1 | 2

#: The first version of Landlock that knows ports.
HOLDS_PORTS = 4

#: Kinds of access to files that each version of Landlock knows.
_KNOWN_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_BITS = 16

#: What names and certificates are looked up in.
_LOOKED_UP = (
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ld.so.cache",
    "/dev/null",
    "/dev/urandom",
)


def end_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends.

    Raises:
        ProcessLookupError: the parent was gone already.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            raise ProcessLookupError("the parent was gone already")


def leave_nothing_behind() -> None:
    """Allow no core dump, no debugger of the same user, and no more memory or files than needed."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, MOST_DESCRIPTORS),
    ):
        resource.setrlimit(kind, (most, most))
    if sys.platform == "linux":  # elsewhere address space cannot be limited
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        _prctl(_PR_SET_DUMPABLE, 0)


def confine(*, writes: Path, port: int) -> int:
    """Restrict this thread, and those it starts, to *writes* and to connecting to *port*.

    Returns:
        The version of Landlock that holds them; 0 where the kernel has none, and
        less than ``HOLDS_PORTS`` where it cannot hold the port.
    """
    version = _landlock_version()
    if version < 1:
        return 0
    bits = (1 << _KNOWN_BITS.get(version, _NEWEST_BITS)) - 1
    network = _BIND_TCP | _CONNECT_TCP if version >= HOLDS_PORTS else 0
    attributes = struct.pack("QQQ", bits, network, _SCOPED_SOCKETS_AND_SIGNALS)
    size = 8 if version < HOLDS_PORTS else 16 if version < 6 else 24
    rules = _syscall(_CREATE_RULESET, attributes, size, 0)
    try:
        _allow_beneath(rules, writes, _KEEP & bits)
        for place in _readable():
            with suppress(FileNotFoundError, PermissionError):
                _allow_beneath(rules, place, _READ & bits)
        if network:
            _syscall(_ADD_RULE, rules, _RULE_PORT, struct.pack("QQ", _CONNECT_TCP, port), 0)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _syscall(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return version


def _readable() -> Iterable[Path]:
    certificates = ssl.get_default_verify_paths()
    yield from map(Path, ("/usr", "/lib", "/lib64", *_LOOKED_UP))
    yield from map(Path, {sys.prefix, sys.base_prefix})
    yield Path(__file__).resolve().parent
    yield from (Path(found) for found in (certificates.cafile, certificates.capath) if found)


def _allow_beneath(rules: int, place: Path, access: int) -> None:
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        if not place.is_dir():
            access &= _OF_FILES
        _syscall(_ADD_RULE, rules, _RULE_PATH, struct.pack("=Qi", access, descriptor), 0)
    finally:
        os.close(descriptor)


def _landlock_version() -> int:
    if sys.platform != "linux":
        return 0
    try:
        return _syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    except OSError:  # not built in, or switched off
        return 0


def _prctl(option: int, value: int) -> None:
    _checked(_libc().prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))))


def _syscall(number: int, *arguments: bytes | int | None) -> int:
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc().syscall(ctypes.c_long(number), *wide))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer
