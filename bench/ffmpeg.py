"""The ``ffmpeg`` command, told to encode and to cut into segments as a camera process does."""

from pathlib import Path


def into_segments(playlist: Path, *, preset: str, frames_per_second: int) -> list[str]:
    """Return the arguments that write fragmented segments of one second beside *playlist*."""
    rate = str(frames_per_second)
    return [
        "-an", "-c:v", "libx264", "-preset", preset, "-tune", "zerolatency",
        "-profile:v", "main", "-threads", "1", "-b:v", "1500k", "-maxrate", "1800k", "-bufsize", "1500k",
        "-g", rate, "-keyint_min", rate, "-sc_threshold", "0", "-bf", "0",
        "-x264-params", "sliced-threads=0", "-f", "hls", "-hls_time", "1", "-hls_list_size", "6",
        "-hls_flags", "delete_segments", "-hls_segment_type", "fmp4", str(playlist),
    ]  # fmt: skip
