"""The machine: swap, core dumps, and the versions of what does the work."""

import platform
import resource
import sqlite3
import ssl
import tomllib
from pathlib import Path

from flask_babel import lazy_gettext

from app import ram
from app.health.finding import Finding, look, unknown, well, wrong
from streaming.versions import OLDEST_FFMPEG, ffmpeg_version, is_at_least

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def swap_finding(directory: Path, *, mounts: Path = ram.MOUNTS, swaps: Path = ram.SWAPS) -> Finding:
    """Say whether what lies in the RAM directory could be swapped out to a disk in clear."""
    if not mounts.exists():
        return unknown(
            lazy_gettext("This system does not tell whether memory can be swapped out."),
            lazy_gettext("Run the portal on Linux; this one is for the demo."),
        )
    mounted = ram.mount_of(directory, mounts)
    if mounted is not None and (mounted[0] == "ramfs" or "noswap" in mounted[1]):
        return well(lazy_gettext("Live pictures are never swapped out: their memory is kept out of it."))
    if open_swaps := ram.open_swaps(swaps):
        return wrong(
            lazy_gettext("Live pictures could be swapped out to a disk."),
            lazy_gettext("Type `swapoff -a`, encrypt the swap, or mount the RAM directory with noswap."),
            detail=", ".join(open_swaps),
        )
    return well(lazy_gettext("Live pictures are never swapped out: there is no swap on a disk in clear."))


def core_dump_finding(limit: int | None = None) -> Finding:
    """Say whether a crash would write this process's memory to a disk.

    Args:
        limit: bytes; this process's own where nobody says.
    """
    largest = resource.getrlimit(resource.RLIMIT_CORE)[0] if limit is None else limit
    if largest == 0:
        return well(lazy_gettext("A crash writes no memory to the disk."))
    return look(
        lazy_gettext("A crash could write memory to the disk, and with it names and passphrases."),
        lazy_gettext("Start the portal with core dumps off: LimitCORE=0 in its unit, or `ulimit -c 0`."),
    )


def versions_finding(ffmpeg: str | None = None) -> Finding:
    """Say what does the work, and whether the video library is one with its known holes mended."""
    inside = ffmpeg_version() if ffmpeg is None else ffmpeg
    if not is_at_least(inside, OLDEST_FFMPEG):
        return wrong(
            lazy_gettext("The video library is too old: FFmpeg %(ffmpeg)s has known holes.", ffmpeg=inside),
            lazy_gettext("Remove the directory .venv and call ./portal again: it brings the right one."),
        )
    return well(
        lazy_gettext(
            "Littlewindow %(portal)s, Python %(python)s, FFmpeg %(ffmpeg)s, SQLite %(sqlite)s, "
            "OpenSSL %(openssl)s.",
            portal=tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"],
            python=platform.python_version(),
            ffmpeg=inside,
            sqlite=sqlite3.sqlite_version,
            openssl=ssl.OPENSSL_VERSION.split()[1],
        )
    )
