"""Secrets lie in no file in clear and stand in no message."""

from pathlib import Path

import pytest
from sqlalchemy import select

from access import acts_people, acts_places
from access.database import reading
from access.errors import RecordsUnavailable
from access.places import Camera, Recorder
from tests.access.writing_school import ADDRESS, PASSPHRASE, WHY, WritingSchool


def test_no_secret_lies_in_the_records_or_in_a_message(written: WritingSchool, tmp_path: Path) -> None:
    acts_people.set_passphrase(
        written.world, actor=written.office, reason=WHY, person_id=written.guardian, passphrase=PASSPHRASE
    )
    acts_places.add_recorder(
        written.world,
        actor=written.office,
        reason=WHY,
        school_id=written.id,
        name="NVR",
        address="rtsp://canary:word@10.0.0.9/ch{channel}",
    )

    for path in tmp_path.iterdir():
        assert b"canary" not in path.read_bytes(), path.name
    with reading(written.world.database) as connection:
        camera = connection.execute(select(Camera.key, Camera.sealed_address)).one()
        recorder = connection.execute(select(Recorder.key, Recorder.sealed_address)).one()
    assert written.world.vault.open(camera.sealed_address, camera.key) == ADDRESS
    assert "{channel}" in written.world.vault.open(recorder.sealed_address, recorder.key)
    assert "canary" not in repr(written.world)
    with pytest.raises(RecordsUnavailable) as unavailable, reading(written.world.database) as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere WHERE x = ?", ("canary",))
    assert "canary" not in f"{unavailable.value} {unavailable.value.__cause__}"
