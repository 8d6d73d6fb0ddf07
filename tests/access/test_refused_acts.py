"""What the rules of the acts refuse, each with its reason; and then nothing has happened."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from access import acts_people, acts_places
from access.database import reading, writing
from access.errors import Refused
from access.places import Camera
from tests.access.writing_school import ADDRESS, MACHINE, PASSPHRASE, WHY, WritingSchool
from tests.shown_codes import shown_code

BY: dict[str, Any] = {"actor": MACHINE, "reason": WHY}
TERM = timedelta(days=90)
RECORDER = "rtsp://canary:word@10.0.0.9/ch{channel}"


def add_school(school: WritingSchool, **said: Any) -> object:
    rest: dict[str, Any] = {"name": "Other", "zone": "UTC", "language": "en"} | said
    return acts_people.add_school(school.world, **BY, **rest)


def add_recorder(school: WritingSchool, **said: Any) -> object:
    rest: dict[str, Any] = {"school_id": school.id, "name": "NVR", "address": RECORDER} | said
    return acts_places.add_recorder(school.world, **BY, **rest)


def add_camera(school: WritingSchool, **said: Any) -> object:
    rest: dict[str, Any] = {"room_id": school.room, "name": "door", "address": ADDRESS} | said
    return acts_places.add_camera(school.world, **BY, **rest)


def add_person(school: WritingSchool, **said: Any) -> object:
    rest: dict[str, Any] = {"name": "Noor", "sign_in_name": "noor"} | said
    return acts_people.add_person(school.world, **BY, **rest)


def appoint(school: WritingSchool, **said: Any) -> object:
    rest: dict[str, Any] = {"school_id": school.id, "person_id": school.guardian, "role": "teacher"} | said
    return acts_people.appoint(school.world, **BY, **rest)


def ties(school: WritingSchool, **said: Any) -> object:
    rest: dict[str, Any] = {
        "person_id": school.guardian,
        "child_id": school.child,
        "starts_at": school.world.clock.now(),
    }
    return acts_people.add_guardianship(school.world, **BY, **(rest | said))


def gives_passphrase(school: WritingSchool, passphrase: str = PASSPHRASE) -> object:
    return acts_people.set_passphrase(school.world, **BY, person_id=school.guardian, passphrase=passphrase)


def grants(school: WritingSchool) -> object:
    now = school.world.clock.now()
    return acts_people.issue_grant(
        school.world, **BY, guardianship_id=school.guardianship, starts_at=now, ends_at=now + TERM
    )


def masks(school: WritingSchool, polygons: Any) -> None:
    acts_places.mask_camera(school.world, **BY, camera_id=school.camera, masks=polygons)


def verifies(school: WritingSchool) -> None:
    acts_people.verify_guardianship(
        school.world,
        actor=school.director,
        reason=WHY,
        guardianship_id=school.guardianship,
        shown_code=shown_code(school.world, school.guardianship),
        until=school.world.clock.now() + TERM,
    )


def closes_guardian(school: WritingSchool) -> None:
    acts_people.close_person(school.world, **BY, person_id=school.guardian)


def ends_tie(school: WritingSchool) -> None:
    acts_people.end_guardianship(school.world, **BY, guardianship_id=school.guardianship)


def appoints(school: WritingSchool) -> None:
    appoint(school)


def nothing(_: WritingSchool) -> None:
    pass


Step = Callable[[WritingSchool], object]

TABLE: list[tuple[str, Step, Step]] = [
    ("school:zone", nothing, lambda s: add_school(s, zone="Asia/Pekin")),
    ("school:language", nothing, lambda s: add_school(s, language="fr")),
    ("recorder:channel", nothing, lambda s: add_recorder(s, address=ADDRESS)),
    ("recorder:session_limit", nothing, lambda s: add_recorder(s, session_limit=0)),
    ("camera:source", nothing, lambda s: add_camera(s, address=None)),
    ("camera:source", nothing, lambda s: add_camera(s, recorder_id=1)),
    ("camera:source", nothing, lambda s: add_camera(s, channel=1)),
    ("camera:delay", nothing, lambda s: add_camera(s, delay_allowance_seconds=-1.0)),
    ("camera:delay", nothing, lambda s: add_camera(s, delay_allowance_seconds=1e9)),
    ("camera:mask", nothing, lambda s: add_camera(s, masks=[[[0, 0], [1, 1]]])),
    ("camera:mask", nothing, lambda s: masks(s, [[[0, 0], [1, 1]]])),
    ("camera:address", nothing, lambda s: add_camera(s, address="rtsp://192.0.2.7/a%0ab")),
    ("room:level", nothing, lambda s: acts_places.set_level(s.world, **BY, room_id=s.room, level="open")),
    ("person:sign_in_name_taken", nothing, lambda s: add_person(s, sign_in_name=" GUARDIAN")),
    ("name:long", nothing, lambda s: add_person(s, sign_in_name="x" * 101)),
    ("membership:role", nothing, lambda s: appoint(s, role="owner")),
    ("membership:twice", appoints, appoint),
    ("person:closed", closes_guardian, appoint),
    ("person:closed", closes_guardian, ties),
    ("person:closed", closes_guardian, gives_passphrase),
    ("passphrase:short", nothing, lambda s: gives_passphrase(s, "x" * 14)),
    ("passphrase:long", nothing, lambda s: gives_passphrase(s, "abcde" * 201)),
    ("passphrase:plain", nothing, lambda s: gives_passphrase(s, "abcd" * 5)),
    ("guardianship:ended", ends_tie, grants),
    ("guardianship:ended", ends_tie, verifies),
]


@pytest.mark.parametrize(
    ("reason", "before", "act"), TABLE, ids=[f"{number} {row[0]}" for number, row in enumerate(TABLE)]
)
def test_an_act_that_the_rules_refuse_leaves_nothing(
    written: WritingSchool, reason: str, before: Step, act: Step
) -> None:
    before(written)
    revision, entries = written.revision(), len(written.entries())

    with pytest.raises(Refused) as refused:
        act(written)

    assert refused.value.reason == reason
    assert (written.revision(), len(written.entries())) == (revision, entries)
    assert "canary" not in str(refused.value)


def test_a_span_without_a_zone_is_a_mistake_of_ours(written: WritingSchool) -> None:
    with pytest.raises(ValueError, match="zone"):
        ties(written, starts_at=datetime(2026, 3, 10))  # noqa: DTZ001  # that is the point


def test_a_camera_that_has_ended_is_not_activated(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        connection.execute(update(Camera).values(ended_at=written.world.clock.now()))

    with pytest.raises(Refused, match="camera:ended"):
        acts_places.activate_camera(written.world, **BY, camera_id=written.camera)


def test_a_camera_of_a_recorder_has_no_address_of_its_own(written: WritingSchool) -> None:
    recorder = add_recorder(written)

    camera = add_camera(written, address=None, recorder_id=recorder, channel=3)

    with reading(written.world.database) as connection:
        kept = connection.execute(
            select(Camera.sealed_address, Camera.recorder_id, Camera.channel).where(Camera.id == camera)
        ).one()
    assert tuple(kept) == (None, recorder, 3)
