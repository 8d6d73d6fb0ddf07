"""Ask one camera process whether its camera answers, and end it before it films."""

import json
import os
import selectors
import subprocess
import sys
import time
from typing import IO, cast

from sqlalchemy import select

from access.camera_address import checked_address
from access.database import reading
from access.places import Camera, Recorder
from access.world import World
from app.config import Settings
from app.parts import segments_directory


def probe_camera(world: World, settings: Settings, camera_id: int, seconds: float) -> str:
    """Return the camera's state: ``camera:live`` where a picture came within *seconds*.

    The process is never told to film, so it writes nothing.
    """
    with reading(world.database) as connection:
        camera = connection.execute(
            select(
                Camera.key,
                Camera.sealed_address,
                Camera.channel,
                Recorder.key.label("recorder_key"),
                Recorder.sealed_address.label("recorder_address"),
            )
            .join(Recorder, Recorder.id == Camera.recorder_id, isouter=True)
            .where(Camera.id == camera_id)
        ).one()
    if camera.sealed_address is not None:
        address = world.vault.open(camera.sealed_address, camera.key)
    else:
        address = world.vault.open(camera.recorder_address, camera.recorder_key)
        address = address.replace("{channel}", str(camera.channel))
    order = {
        "do": "connect",
        "camera": camera.key,
        "address": checked_address(address, allow_loopback=settings.allow_loopback_cameras).text,
        "masks": [],
        "level": "clear",
        "delay_allowance_seconds": 2.0,
        "directory": str(segments_directory(settings)),
        "preset": settings.camera_preset,
        "ring_seconds": settings.ring_seconds,
    }
    return _state_after(order, seconds)


def _state_after(order: dict[str, object], seconds: float) -> str:
    with subprocess.Popen(
        [sys.executable, "-m", "streaming.camera"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        orders, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        try:
            orders.write(json.dumps(order).encode() + b"\n")
            orders.flush()
            return _first_word(answers.fileno(), time.monotonic() + seconds)
        finally:
            process.kill()


def _first_word(descriptor: int, deadline: float) -> str:
    """Return the state that the first telling event names."""
    heard = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                break
            read = os.read(descriptor, 65_536)
            if not read:
                return "camera:ended"
            heard += read
            *lines, heard = heard.split(b"\n")
            for line in lines:
                event = json.loads(line)
                if event["event"] == "connected":
                    return "camera:live"
                if event["event"] == "lost":
                    return str(event["state"])
    return "camera:connecting"
