"""One line of a benchmark: a name, figures, and a ratio against something outside the project."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.descendants import descendants

#: Of the three CPU clocks of a process, the one that counts what the scheduler gave it.
CPU_CLOCK_SCHED = 2


#: Names with their unit in them, and what was found.
Figures = dict[str, float | int | list[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """What one benchmark found.

    Args:
        name: what was measured.
        against: what it was measured against, from outside the project, in the same run.
        ratio: ours divided by theirs; median where there are pairs.
        figures: names with their unit in them.
        aim: what it should be, where something was promised.
    """

    name: str
    against: str
    ratio: float
    figures: Figures = field(default_factory=dict)
    aim: str = ""

    def as_json(self) -> str:
        """Return the line as ``./portal bench --json`` prints it."""
        told: dict[str, object] = {"name": self.name, "ratio": self.ratio, "against": self.against}
        if self.aim:
            told["aim"] = self.aim
        return json.dumps({**told, **self.figures}, ensure_ascii=False)

    def as_text(self) -> str:
        """Return the line for people."""
        aim = f"; aim: {self.aim}" if self.aim else ""
        return f"{self.name}: {self.ratio:.2f} × {self.against} ({self._words()}{aim})"

    def as_row(self) -> str:
        """Return the line as a row of the table in the document that keeps the figures."""
        return f"| {self.name} | {self._words()} | {self.ratio:g} × {self.against} | {self.aim} |"

    def _words(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {_shown(value)}" for name, value in self.figures.items())


def _shown(value: float | list[float]) -> str:
    return "–".join(f"{one:g}" for one in value) if isinstance(value, list) else f"{value:g}"


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
    for process in [pid, *descendants(pid)]:
        with suppress(OSError):  # it ended meanwhile
            total += time.clock_gettime(~process << 3 | CPU_CLOCK_SCHED)
    return total
