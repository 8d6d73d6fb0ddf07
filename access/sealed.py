"""Whether anything is sealed, and whether the key at hand is the one that sealed it."""

from sqlalchemy import Connection, Engine, inspect, select

from access.database import reading
from access.errors import SealBroken
from access.places import Camera, Recorder
from access.vault import Vault

_SEALED = (
    select(Camera.key, Camera.sealed_address).where(Camera.sealed_address.is_not(None)).limit(1),
    select(Recorder.key, Recorder.sealed_address).limit(1),
)


def is_empty(engine: Engine) -> bool:
    """Say whether nothing was ever made in this database.

    Raises:
        RecordsUnavailable: it does not answer.
    """
    with reading(engine) as connection:
        return not inspect(connection).get_table_names()


def holds_sealed(connection: Connection) -> bool:
    """Say whether a key is needed to read what is there."""
    return any(connection.execute(one).first() is not None for one in _SEALED)


def opens(connection: Connection, vault: Vault) -> bool:
    """Say whether *vault* has the key of what is sealed; so it has where nothing is."""
    rows = [row for one in _SEALED if (row := connection.execute(one).first()) is not None]
    try:
        for row in rows:
            vault.open(row.sealed_address, row.key)
    except SealBroken:
        return False
    return True
