"""Ask whether one camera answers, by the way in which it is filmed, and end before it films."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from streaming.camera_process import CAMERA_PROCESS, CameraProcess, start
from streaming.orders import CameraSettings, ConnectOrder, DesiredCamera
from streaming.recorders import Seats
from streaming.states import CameraState

LOOK_SECONDS = 0.05
ENDING_SECONDS = 2.0


def probe(
    camera: DesiredCamera,
    settings: CameraSettings,
    now: Callable[[], datetime],
    *,
    seconds: float,
    spawn: Sequence[str] = CAMERA_PROCESS,
) -> CameraState:
    """Return the camera's state: live where a picture came within *seconds*. Nothing is written."""
    order = ConnectOrder.of(camera, settings, now())
    process = start(spawn, order, camera.recorder, Seats(settings.seats))
    if process is None:
        return CameraState.RECORDER_FULL
    try:
        return _first_word(process, time.monotonic() + seconds)
    finally:
        process.kill()
        process.is_dead(ENDING_SECONDS)


def _first_word(process: CameraProcess, deadline: float) -> CameraState:
    while time.monotonic() < deadline:
        ended = process.is_ended()  # asked first: what it said before is then surely in its pipe
        for event in process.events():
            if event.get("event") == "connected":
                return CameraState.LIVE
            if event.get("event") == "lost":
                return CameraState.read(event.get("state"))
        if ended:
            return CameraState.KILLED
        time.sleep(LOOK_SECONDS)  # between two looks
    return CameraState.CONNECTING
