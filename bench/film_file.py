"""A camera's work on a file, as a process of its own: ``python -m bench.film_file CLIP RING PRESET``."""

import sys
from pathlib import Path

from bench.camera_cpu import MASKS
from streaming.pipeline import film_file
from streaming.ram_directory import RamDirectory
from streaming.store import StreamKey

if __name__ == "__main__":
    clip, ring, preset = sys.argv[1:]
    film_file(
        Path(clip),
        RamDirectory(Path(ring)),
        stream=StreamKey("bench", 1, "clear"),
        masks=MASKS,
        preset=preset,
    )
