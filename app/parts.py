"""From settings to the real parts; for ``wsgi.py`` and the commands only."""

import os
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from access.camera_address import reachable
from access.camera_sources import CameraSource
from access.clock import SystemClock
from access.clock_trust import ClockTrust
from access.database import connect
from access.journal import Journal
from access.stops import StopMarks
from access.vault import Vault
from access.world import World
from app.config import Settings
from app.errors import SettingsError
from streaming.orders import CameraSettings, DesiredCamera, RecorderLimit
from streaming.ram_directory import RamDirectory

#: A secret shorter than this was typed by a person.
SECRET_BYTES = 32


def build_world(settings: Settings) -> World:
    """Return what every act needs.

    Raises:
        SettingsError: the key is not there, or a file or directory cannot be made.
        RecordsUnavailable: the table of stop marks is damaged.
    """
    private_directory(settings.data_directory)
    private_directory(settings.ram_directory)
    if not settings.key_path.is_file():
        raise SettingsError(f"no key at {settings.key_path}: make one with ./portal key make")
    try:
        database = connect(settings.database)
        return World(
            database=database,
            clock=SystemClock(trust=clock_trust(settings, database)),
            stops=StopMarks(settings.marks_path, Journal(settings.journal_path)),
            vault=Vault.from_file(settings.key_path),
        )
    except (OSError, ValueError) as fault:
        raise SettingsError(str(fault)) from fault


def clock_trust(settings: Settings, database: Engine) -> ClockTrust:
    """Return what says whether this machine's clock can be believed."""
    return ClockTrust(database, settings.believed_clock_path)


def build_segments(settings: Settings) -> RamDirectory:
    """Return the ring that camera processes write and the web reads."""
    return RamDirectory(segments_directory(settings), ring_seconds=settings.ring_seconds)


def segments_directory(settings: Settings) -> Path:
    """Return where the live seconds lie."""
    return settings.ram_directory / "segments"


def camera_settings(settings: Settings) -> CameraSettings:
    """Return what all cameras have in common, whoever connects them."""
    return CameraSettings(
        directory=segments_directory(settings),
        seats=settings.ram_directory / "seats",
        reachable=reachable(allow_loopback=settings.allow_loopback_cameras),
        preset=settings.camera_preset,
        ring_seconds=settings.ring_seconds,
    )


def desired_camera(
    source: CameraSource,
    *,
    masks: list[Any],
    level: str,
    delay_allowance_seconds: float,
    unbroken: tuple[int, ...] = (),
) -> DesiredCamera:
    """Return what the records say of a camera as what is told to whoever runs it."""
    limit = None
    if source.recorder_key is not None and source.session_limit is not None:
        limit = RecorderLimit(source.recorder_key, source.session_limit)
    return DesiredCamera(
        key=source.key,
        address=source.address,
        masks=masks,
        level=level,
        delay_allowance_seconds=delay_allowance_seconds,
        recorder=limit,
        unbroken=unbroken,
    )


def form_secret(settings: Settings) -> bytes:
    """Return what signs forms, made at the first start and kept, 0600."""
    path = settings.secret_key_path
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
    _readable_by_nobody_else(path)
    secret = path.read_bytes()
    if len(secret) < SECRET_BYTES:
        raise SettingsError(f"{path} holds less than {SECRET_BYTES} bytes: remove it, a new one is made")
    return secret


def _readable_by_nobody_else(path: Path) -> None:
    status = path.stat()
    if status.st_uid not in {os.geteuid(), 0}:
        raise SettingsError(f"{path} belongs to somebody else: chown it to the user that runs ./portal")
    if status.st_mode & 0o077:
        raise SettingsError(f"{path} can be read by others: chmod 600 {path}")


def private_directory(directory: Path) -> None:
    """Make *directory*, for nobody else."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise SettingsError(f"{directory} cannot be made: {fault.strerror}") from fault
    status = directory.stat()
    if status.st_uid != os.geteuid():
        raise SettingsError(f"{directory} belongs to somebody else")
    if status.st_mode & 0o077:
        directory.chmod(0o700)
