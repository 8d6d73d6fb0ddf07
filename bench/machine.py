"""On what, when and beside how much else the figures were measured."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def about_this_run() -> str:
    """Return one sentence for the document that keeps the figures."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({_processor()}), {_memory_gigabytes()} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; "
        f"load when it began {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2].strip()
    return platform.machine()


def _memory_gigabytes() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
