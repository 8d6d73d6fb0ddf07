"""Where a camera's video comes from: an address of its own, or its recorder's and a channel."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, select

from access.places import Camera, Recorder
from access.vault import Vault

#: Where a recorder's address has the number of a camera's channel.
CHANNEL = "{channel}"

#: What :func:`open_source` needs of a row, and how the recorder joins in.
COLUMNS = (
    Camera.key,
    Camera.sealed_address,
    Camera.channel,
    Recorder.key.label("recorder_key"),
    Recorder.sealed_address.label("recorder_address"),
    Recorder.session_limit,
)
OF_ITS_RECORDER = and_(Recorder.id == Camera.recorder_id, Recorder.school_id == Camera.school_id)


@dataclass(frozen=True, slots=True)
class CameraSource:
    """How one camera is reached. Its address is not in its ``repr``."""

    key: str
    address: str = field(repr=False)
    #: The recorder's, and how many connections that bears; None without a recorder.
    recorder_key: str | None
    session_limit: int | None


def open_source(vault: Vault, row: Any) -> CameraSource:
    """Return the source that *row* holds sealed, with the channel in its address."""
    if row.sealed_address is not None:
        return CameraSource(row.key, vault.open(row.sealed_address, row.key), None, None)
    address = vault.open(row.recorder_address, row.recorder_key)
    address = address.replace(CHANNEL, str(row.channel))
    return CameraSource(row.key, address, row.recorder_key, row.session_limit)


def load_source(connection: Connection, vault: Vault, camera_id: int) -> CameraSource:
    """Return the source of one camera, whether it is due or not."""
    asked = select(*COLUMNS).outerjoin(Recorder, OF_ITS_RECORDER).where(Camera.id == camera_id)
    return open_source(vault, connection.execute(asked).one())
