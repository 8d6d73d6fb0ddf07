"""A school that sends its checkpoints to receivers."""

from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from access.database import reading, writing
from access.log.signing import LogKey, origin_of, sign_log
from access.seen import Seen
from app.receivers import Sending, read_receivers
from tests.app.witnessing import WitnessOutside
from tests.school import School

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


A_DAY = timedelta(days=1)


def sending(school: School, file: Path) -> Sending:
    """Return what sends to those in *file*."""
    return Sending(school.world, read_receivers(file), Seen(file.parent / "seen"))


def signed(school: School) -> bytes:
    """Keep a checkpoint of the school's log as it stands."""
    with writing(school.world.database) as connection:
        return sign_log(connection, school.id, KEY, school.clock.now())


def known_to(witness: WitnessOutside, school: School) -> None:
    """Tell the witness the log's key, as somebody would once."""
    with reading(school.world.database) as connection:
        origin = origin_of(connection, school.id)
    assert origin is not None
    witness.logs[origin] = KEY.public(origin)
