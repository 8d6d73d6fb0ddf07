"""One line of a benchmark: a name, figures, and a ratio against something outside the project."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: Of the three CPU clocks of a process, the one that counts what the scheduler gave it.
CPU_CLOCK_SCHED = 2


@dataclass(frozen=True, slots=True)
class Line:
    """What one benchmark found.

    Args:
        name: what was measured.
        against: what it was measured against, from outside the project, in the same run.
        ratio: ours divided by theirs; median where there are pairs.
        figures: names with their unit in them.
    """

    name: str
    against: str
    ratio: float | None
    figures: dict[str, float | int | str | list[float]] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the line as ``./portal bench --json`` prints it."""
        return json.dumps(
            {"name": self.name, "ratio": self.ratio, "against": self.against, **self.figures},
            ensure_ascii=False,
        )

    def as_text(self) -> str:
        """Return the line for people."""
        ratio = "no ratio" if self.ratio is None else f"{self.ratio:.2f} ×"
        figures = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        return f"{self.name}: {ratio} {self.against} ({figures})"


def paired(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> list[tuple[float, float]]:
    """Measure in turn, so that a machine that slows down slows both."""
    return [(ours(), theirs()) for _ in range(rounds)]


def median_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the median of the ratios pair by pair."""
    return round(statistics.median(a / b for a, b in pairs), 3)


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value below which *part* of *values* lie; the largest for 1.0."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds that *pid* and its living descendants have used, to the nanosecond.

    Source:
        clock_getcpuclockid(3) and the kernel's ``posix-timers_types.h`` for the number of
        another process's clock; ``/proc/PID/stat`` counts in ticks of 10 ms.
    """
    total = 0.0
    for process in [pid, *_descendants(pid)]:
        with suppress(OSError):  # it ended meanwhile
            total += time.clock_gettime(~process << 3 | CPU_CLOCK_SCHED)
    return total


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found
