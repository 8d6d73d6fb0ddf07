"""A camera's work on one core, against the ``ffmpeg`` command doing the same with the same options.

Decode, two solid masks, x264, one-second fragmented segments in memory, from the
same file, as fast as it goes; CPU seconds of the whole process, start-up included.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.clip import FRAMES_PER_SECOND, write_clip
from bench.ffmpeg import into_segments
from bench.lines import Line, median_ratio, paired

SECONDS = 40
ROUNDS = 5

#: The same two areas for both, in thousandths and in ffmpeg's words.
MASKS = [[(100, 250), (200, 250), (200, 417), (100, 417)], [(600, 250), (700, 250), (700, 417), (600, 417)]]
BOXES = ",".join(f"drawbox=x=iw*{x}/10:y=ih/4:w=iw/10:h=ih/6:color=gray:t=fill" for x in (1, 6))


def measure() -> Iterator[Line]:
    """Yield a line for each preset."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as home:
        clip = Path(home, "clip.mp4")
        write_clip(clip, seconds=SECONDS)
        for preset in ("superfast", "veryfast"):
            pairs = paired(
                partial(_cpu, _ours(clip, Path(home, "ours"), preset)),
                partial(_cpu, _theirs(clip, Path(home), preset)),
                ROUNDS,
            )
            ratios = [round(a / b, 3) for a, b in pairs]
            yield Line(
                f"camera process, 720p{FRAMES_PER_SECOND}, {preset}",
                "the ffmpeg command's CPU",
                median_ratio(pairs),
                {
                    "ours_cpu_ms_per_camera_second": round(min(a for a, _ in pairs) * 1000 / SECONDS, 1),
                    "theirs_cpu_ms_per_camera_second": round(min(b for _, b in pairs) * 1000 / SECONDS, 1),
                    "range_of_ratios": [min(ratios), max(ratios)],
                    "load": round(os.getloadavg()[0], 2),
                },
                aim="≤ 1.05 ×",
            )


def _cpu(command: Sequence[str]) -> float:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


def _ours(clip: Path, ring: Path, preset: str) -> list[str]:
    return [sys.executable, "-m", "bench.film_file", str(clip), str(ring), preset]


def _theirs(clip: Path, home: Path, preset: str) -> list[str]:
    return [
        "ffmpeg", "-v", "error", "-nostdin", "-y", "-filter_threads", "1", "-threads", "1", "-i", str(clip),
        "-vf", BOXES,
        *into_segments(home / "theirs.m3u8", preset=preset, frames_per_second=FRAMES_PER_SECOND),
    ]  # fmt: skip
