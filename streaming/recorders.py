"""A recorder bears only so many connections: who has one, who waits, and in which order.

Two promises. Never are there more connections than it bears: each needs a seat, and a
seat is a lock that the kernel keeps for exactly as long as the camera process lives,
whoever started it and whoever kills it. And who sits stays: cameras stand in line, first
come, first seated, and a fault costs a seat only when it lasts and somebody waits.
"""

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

from streaming.orders import RecorderLimit


class Seats:
    """Places at recorders, as locked files of one directory that all who connect share.

    Args:
        directory: made when it is first needed; holds only empty files, named by keys.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def take(self, recorder: RecorderLimit) -> int | None:
        """Return a descriptor that holds a seat until its last copy is closed; None: none is free.

        Raises:
            OSError: the seats cannot be looked at, so nobody may sit.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(recorder.session_limit):
            path = self._directory / f"{recorder.key}.{number}"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
            else:
                return descriptor
        return None


class Lines:
    """The cameras that want each recorder, in line; as many as it bears are at its front. Pure."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def want(self, cameras: Mapping[str, RecorderLimit]) -> None:
        """Have these cameras in line and no others: who stands there keeps the place, who comes is last."""
        lines: dict[str, list[str]] = {recorder.key: [] for recorder in cameras.values()}
        for recorder, line in lines.items():
            stood = self._lines.get(recorder, [])
            wanted = [key for key in cameras if cameras[key].key == recorder]
            line += [key for key in stood if key in wanted]
            line += [key for key in wanted if key not in stood]
        self._lines = lines

    def has_turn(self, camera: str, recorder: RecorderLimit) -> bool:
        """Say whether *camera* is among as many as *recorder* bears."""
        return camera in self._lines.get(recorder.key, [])[: recorder.session_limit]

    def to_the_back(self, camera: str, recorder: RecorderLimit) -> None:
        """Let everybody else who waits have a turn first; without anybody it stays the camera's."""
        line = self._lines[recorder.key]
        line.remove(camera)
        line.append(camera)
