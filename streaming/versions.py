"""Which video library is inside: the one that parses what cameras send."""

import re

#: Older ones have holes that a hostile camera could use.
OLDEST_FFMPEG = (8, 1, 2)


def ffmpeg_version() -> str:
    """Return the version of the FFmpeg that PyAV carries."""
    import av

    return str(av.ffmpeg_version_info)


def is_at_least(version: str, oldest: tuple[int, ...]) -> bool:
    """Say whether *version* is *oldest* or newer; what is no number is older."""
    found = re.match(r"n?(\d+(?:\.\d+)*)", version)
    return found is not None and tuple(int(part) for part in found[1].split(".")) >= oldest
