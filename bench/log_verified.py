"""``python -m bench.log_verified DATABASE``: check a log, and say how long it took and how much memory.

A process of its own, so that the memory is that of checking.
"""

import json
import sys
import time
from pathlib import Path

from access.database import connect, reading
from access.log.verify import verify
from bench.log_rows import LOG


def main() -> None:
    """Print seconds, peak memory in MB, how often progress was told, and what was found."""
    told: list[float] = []
    engine = connect(f"sqlite:///{sys.argv[1]}")
    began = time.monotonic()
    with reading(engine) as connection:
        report = verify(connection, LOG, progress=lambda _, __: told.append(time.monotonic()))
    ended = time.monotonic()
    longest = max(after - before for before, after in zip([began, *told], [*told, ended], strict=True))
    print(
        json.dumps(
            {
                "entries": report.size,
                "findings": len(report.findings),
                "seconds": ended - began,
                "cpu_seconds": time.process_time(),
                "longest_silence_seconds": longest,
                "megabytes": _peak_megabytes(),
            }
        )
    )


def _peak_megabytes() -> float:
    """Return the most memory this program has had: getrusage(2) would count that of who started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("no VmHWM in /proc/self/status")


if __name__ == "__main__":
    main()
