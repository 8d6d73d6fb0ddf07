"""A copy of what is kept about somebody: asked for, made, released, handed over, and one file throughout."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from access import acts_people, schema
from access import acts_retention as retention
from access import acts_subject as acts
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading, writing
from access.errors import Refused
from access.log.entry import INSTALLATION
from access.log.erasing import Rule, erase
from access.log.store import LogEntry
from access.subject_dropped import erased_so_far
from access.subject_due import let_go_downloaded
from access.subject_records import SubjectExport
from tests.access.retaining import YEARS, erases, of_kind, refused_views, whole
from tests.access.writing_school import MACHINE, WHY, WritingSchool
from tests.conftest import MORNING


def by(kept: WritingSchool, actor: Actor) -> dict[str, Any]:
    """Return what every act is told."""
    return {"world": kept.world, "actor": actor, "reason": WHY, "school_id": kept.id}


def guardian(kept: WritingSchool) -> dict[str, Any]:
    """Return what is told of the guardian's own acts."""
    return by(kept, Actor(kept.guardian, "web"))


def made(kept: WritingSchool, content: bytes = b"copy", person: int | None = None) -> tuple[int, str]:
    """Have a copy made that waits for a second person; return the request and the file's digest."""
    office = by(kept, kept.office)
    asked = acts.ask_export(**office, person_id=person or kept.guardian)
    return asked, makes(kept, asked, content)


def makes(kept: WritingSchool, asked: int, content: bytes) -> str:
    """Have the office make a copy, or make it anew."""
    with reading(kept.world.database) as connection:
        erased = erased_so_far(connection, kept.id)
    return acts.make_export(**by(kept, kept.office), export_id=asked, content=content, erased=erased)


def row(kept: WritingSchool) -> Any:
    """Return the one request."""
    with reading(kept.world.database) as connection:
        return connection.execute(select(*SubjectExport.__table__.columns)).one()


def erased_about(kept: WritingSchool, person: int, *, log: int | None = None) -> None:
    """Have an entry about somebody erased as two decided."""
    log = kept.id if log is None else log
    at, actor = kept.world.clock.now(), {"person": None, "via": "portal"}
    two = (kept.office.person_id or 0, kept.director.person_id or 0)
    rule = Rule("request", two, {})
    with writing(kept.world.database) as connection:
        asked = select(LogEntry.number).where(
            LogEntry.log == log, LogEntry.person_id == person, LogEntry.kind != "person:added"
        )
        number = connection.execute(asked.where(LogEntry.body.is_not(None)).limit(1)).scalar_one()
        erase(connection, log=log, numbers=[number], at=at, rule=rule, actor=actor, reason="")


def test_one_makes_it_another_releases_it_and_then_it_is_gone(
    kept: WritingSchool, clock: FrozenClock
) -> None:
    office, director = by(kept, kept.office), by(kept, kept.director)
    asked = acts.ask_export(**guardian(kept), person_id=kept.guardian)
    with pytest.raises(Refused, match="subject:waits"):
        acts.ask_export(**office, person_id=kept.guardian)
    with pytest.raises(Refused, match="subject:not_made"):
        acts.release_export(**director, export_id=asked, sha256="")
    with pytest.raises(Refused, match="subject:not_office"):
        acts.make_export(**guardian(kept), export_id=asked, content=b"x", erased=(None, None))
    makes(kept, asked, b"first")
    digest = makes(kept, asked, b"second")
    with pytest.raises(Refused, match="subject:same_person"):
        acts.release_export(**office, export_id=asked, sha256=digest)
    with pytest.raises(Refused, match="subject:not_released"):
        acts.hand_over(**office, export_id=asked, sha256=digest)

    acts.release_export(**director, export_id=asked, sha256=digest)
    with pytest.raises(Refused, match="subject:released"):
        makes(kept, asked, b"third")
    with reading(kept.world.database) as connection:
        assert acts.released_copy(connection, kept.id, asked) == b"second"
    acts.hand_over(**office, export_id=asked, sha256=digest)
    with pytest.raises(Refused, match="subject:over"):
        acts.hand_over(**office, export_id=asked, sha256=digest)

    assert (row(kept).due_at, row(kept).content) == (clock.now() + timedelta(days=10), None)
    kinds = [one.kind.partition(":")[2] for one in kept.entries() if one.kind.startswith("subject_export:")]
    assert kinds == ["handed_over", "released", "refused", "made", "made", "asked"]


def test_a_release_is_of_the_file_that_was_looked_at_and_says_which(kept: WritingSchool) -> None:
    asked, seen = made(kept, b"looked at")
    newer = makes(kept, asked, b"made since, and seen by nobody")
    director = by(kept, kept.director)

    with pytest.raises(Refused, match="subject:other_copy"):
        acts.release_export(**director, export_id=asked, sha256=seen)
    assert row(kept).released_at is None

    acts.release_export(**director, export_id=asked, sha256=newer)
    assert of_kind(kept, "subject_export:released")[0].body["subject"]["sha256"] == newer
    assert newer == hashlib.sha256(b"made since, and seen by nobody").hexdigest()


def test_what_was_changed_after_its_release_is_handed_to_nobody(kept: WritingSchool) -> None:
    asked, digest = made(kept)
    acts.release_export(**by(kept, kept.director), export_id=asked, sha256=digest)
    with kept.world.database.begin() as connection:
        connection.execute(text("UPDATE subject_export SET content = :new"), {"new": b"another"})

    with pytest.raises(Refused, match="subject:other_copy"):
        acts.hand_over(**by(kept, kept.office), export_id=asked, sha256=digest)
    with pytest.raises(Refused, match="subject:other_copy"):
        acts.download_export(**guardian(kept), export_id=asked)
    assert row(kept).handed_at is None


def test_whose_it_is_downloads_it_once_released_and_it_stays_until_they_say_so(kept: WritingSchool) -> None:
    asked, digest = made(kept)
    with pytest.raises(Refused, match="subject:not_released"):
        acts.download_export(**guardian(kept), export_id=asked)
    acts.release_export(**by(kept, kept.director), export_id=asked, sha256=digest)

    for _ in range(2):  # the line broke the first time
        assert acts.download_export(**guardian(kept), export_id=asked) == b"copy"
    assert len(of_kind(kept, "subject_export:downloaded")) == 2
    assert row(kept).downloaded_at is not None
    acts.hand_over(**guardian(kept), export_id=asked, sha256=digest)

    assert row(kept).content is None


def test_a_week_after_its_person_downloaded_it_a_copy_goes_by_itself(
    kept: WritingSchool, clock: FrozenClock
) -> None:
    asked, digest = made(kept)
    acts.release_export(**by(kept, kept.director), export_id=asked, sha256=digest)
    clock.advance(timedelta(days=30))
    assert let_go_downloaded(kept.world) == 0  # nobody took it yet
    acts.download_export(**guardian(kept), export_id=asked)

    clock.advance(timedelta(days=7, seconds=-1))
    assert let_go_downloaded(kept.world) == 0
    clock.advance(timedelta(seconds=1))
    assert let_go_downloaded(kept.world) == 1

    assert (row(kept).content, row(kept).handed_at) == (None, clock.now())
    assert of_kind(kept, "subject_export:handed_over")[0].body["actor"]["via"] == "portal"
    assert let_go_downloaded(kept.world) == 0


def test_nobody_but_the_person_and_the_office_has_it(kept: WritingSchool) -> None:
    asked, digest = made(kept)
    stranger = acts_people.add_person(kept.world, actor=MACHINE, reason=WHY, name="S", sign_in_name="s")
    other = by(kept, Actor(stranger, "web"))

    with pytest.raises(Refused, match="subject:not_office"):
        acts.download_export(**other, export_id=asked)
    acts.release_export(**by(kept, kept.director), export_id=asked, sha256=digest)
    with pytest.raises(Refused, match="subject:not_office"):
        acts.download_export(**other, export_id=asked)
    with pytest.raises(Refused, match="subject:not_office"):
        acts.hand_over(**other, export_id=asked, sha256=digest)
    assert of_kind(kept, "subject_export:downloaded") == []


def test_nobody_releases_what_is_about_themself_nor_reads_it_before(kept: WritingSchool) -> None:
    asked, digest = made(kept, person=kept.director.person_id)
    director = by(kept, kept.director)

    with pytest.raises(Refused, match="subject:same_person"):
        acts.release_export(**director, export_id=asked, sha256=digest)
    with pytest.raises(Refused, match="subject:not_released"):
        acts.download_export(**director, export_id=asked)


def test_of_whom_the_school_never_knew_there_is_nothing(kept: WritingSchool) -> None:
    stranger = acts_people.add_person(kept.world, actor=MACHINE, reason=WHY, name="S", sign_in_name="s")
    with pytest.raises(Refused, match="person:unknown"):
        acts.ask_export(**by(kept, kept.office), person_id=stranger)


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("of_all", [False, True], ids=["the school's log", "the installation's"])
def test_a_copy_does_not_outlive_what_is_erased_of_its_person(
    kept: WritingSchool, *, released: bool, of_all: bool
) -> None:
    asked, digest = made(kept)
    director = by(kept, kept.director)
    if released:
        acts.release_export(**director, export_id=asked, sha256=digest)

    erased_about(kept, kept.guardian, log=INSTALLATION if of_all else None)

    left = row(kept)
    assert (left.content, left.sha256, left.made_by, left.released_by, left.handed_at) == (None,) * 5
    assert of_kind(kept, "subject_export:dropped")[0].body["subject"]["person"] == kept.guardian
    with pytest.raises(Refused, match="subject:not_made"):
        acts.release_export(**director, export_id=asked, sha256=digest)
    again = makes(kept, asked, b"made again")
    acts.release_export(**director, export_id=asked, sha256=again)
    assert whole(kept)


def test_a_copy_about_somebody_else_stays(kept: WritingSchool) -> None:
    made(kept, person=kept.director.person_id)

    erased_about(kept, kept.guardian)

    assert row(kept).content == b"copy"


def test_what_two_had_erased_at_a_request_takes_the_copy_with_it(kept: WritingSchool) -> None:
    refused_views(kept, 2, MORNING - YEARS)
    made(kept)
    act: dict[str, Any] = {"reason": WHY, "school_id": kept.id}
    before = MORNING - YEARS + timedelta(days=1)
    request = retention.ask_erasure(
        kept.world, actor=kept.office, **act, person_id=kept.guardian, before=before
    )
    retention.agree_erasure(kept.world, actor=kept.director, **act, request_id=request)
    erases(kept)

    assert row(kept).content is None


def test_whoever_downloaded_theirs_was_answered_and_need_not_ask_again(kept: WritingSchool) -> None:
    asked, digest = made(kept)
    acts.release_export(**by(kept, kept.director), export_id=asked, sha256=digest)
    acts.download_export(**guardian(kept), export_id=asked)

    erased_about(kept, kept.guardian)

    assert (row(kept).content, row(kept).handed_at) == (None, kept.world.clock.now())


def test_a_copy_that_was_read_before_something_was_erased_is_not_kept(kept: WritingSchool) -> None:
    asked = acts.ask_export(**by(kept, kept.office), person_id=kept.guardian)
    with reading(kept.world.database) as connection:
        erased = erased_so_far(connection, kept.id)

    erased_about(kept, kept.guardian)

    with pytest.raises(Refused, match="subject:erased"):
        acts.make_export(**by(kept, kept.office), export_id=asked, content=b"old", erased=erased)
    assert row(kept).content is None


def test_what_was_released_before_of_no_file_is_made_again(kept: WritingSchool) -> None:
    asked, digest = made(kept)
    acts.release_export(**by(kept, kept.director), export_id=asked, sha256=digest)
    schema.downgrade(kept.world.database, "0032")
    schema.upgrade(kept.world.database)

    left = row(kept)
    assert (left.content, left.sha256, left.made_by, left.released_by, left.handed_at) == (None,) * 5
    again = makes(kept, asked, b"made again")
    acts.release_export(**by(kept, kept.director), export_id=asked, sha256=again)
