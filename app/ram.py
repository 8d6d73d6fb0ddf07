"""Whether the live seconds could ever reach a disk: the file system, and swap."""

from pathlib import Path

MOUNTS, SWAPS = Path("/proc/mounts"), Path("/proc/swaps")


def ram_complaint(directory: Path, *, mounts: Path = MOUNTS, swaps: Path = SWAPS) -> str | None:
    """Return why *directory* is not memory only, with what to do about it; None where all is well."""
    if not mounts.exists():
        return f"this system has no tmpfs that could be checked: {directory} may lie on a disk"
    mounted = mount_of(directory, mounts)
    if mounted is None or mounted[0] not in {"tmpfs", "ramfs"}:
        return f"{directory} is not a RAM disk: set PORTAL_RAM_DIRECTORY to a directory under /dev/shm"
    kind, options = mounted
    if kind == "ramfs" or "noswap" in options:
        return None
    if found := open_swaps(swaps):
        return (
            f"live pictures could be swapped out to {', '.join(found)}: "
            "`swapoff -a`, encrypt the swap, or mount the RAM disk with noswap"
        )
    return None


def mount_of(directory: Path, mounts: Path) -> tuple[str, set[str]] | None:
    """Return type and options of the file system under *directory*: the longest mount point wins."""
    wanted = directory.resolve()
    found: tuple[int, str, set[str]] | None = None
    for line in mounts.read_text().splitlines():
        _, where, kind, options, *_ = line.split()
        place = Path(where.encode().decode("unicode_escape"))
        if wanted.is_relative_to(place) and (found is None or len(place.parts) >= found[0]):
            found = (len(place.parts), kind, set(options.split(",")))
    return found[1:] if found else None


def open_swaps(swaps: Path = SWAPS) -> list[str]:
    """Return the swaps from which somebody with the disk in hand could read."""
    return [name for name in _swaps(swaps) if not _keeps_secrets(name)]


def _swaps(swaps: Path) -> list[str]:
    if not swaps.exists():
        return []
    return [line.split()[0] for line in swaps.read_text().splitlines()[1:] if line.strip()]


def _keeps_secrets(swap: str) -> bool:
    """Say whether a swap is compressed memory or an encrypted device."""
    name = Path(swap).resolve().name
    mapped = Path("/sys/block") / name / "dm" / "uuid"
    return name.startswith("zram") or (mapped.exists() and mapped.read_text().startswith("CRYPT-"))
