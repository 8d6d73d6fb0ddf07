"""A backup of either kind of database, put back on either: nothing that was ended since is open again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from access import acts_people
from access.acts import Actor
from access.acts_families import revoke_grant
from access.acts_moves import move_child
from access.acts_people import set_passphrase
from access.acts_places import draw_curtain
from access.backups import age
from access.backups.making import make_backup
from access.backups.opening import open_backup
from access.backups.plain import into_postgresql
from access.backups.restoring import Known, Restored, make_restored
from access.clock import FrozenClock
from access.database import connect, reading, writing
from access.errors import RecordsUnavailable
from access.grants import Grant
from access.journal import Journal
from access.kept_lines import CHOSEN_ANEW, kept_line
from access.log.signing import LogKey
from access.log.verify import verify
from access.passphrases import check_passphrase
from access.people import Person, SignIn
from access.places import CurtainOpening
from access.school_closing import SchoolClosing, record_closing
from access.sign_ins import begin_sign_in, recognise
from access.world import World
from tests.access.retaining import YEARS, decides, erases, gone, refused_views, with_keepers
from tests.access.test_schema import everything
from tests.access.writing_school import MACHINE, PASSPHRASE, WHY, WritingSchool
from tests.conftest import MORNING
from tests.postgres import Postgres

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
PRIVATE, PUBLIC = age.new_pair()


def back_up(written: WritingSchool, home: Path) -> Path:
    made = make_backup(written.world, KEY, recipient=PUBLIC, data_directory=home, directory=home / "backups")
    return made.path


def opened(written: WritingSchool, backup: Path, plain: Path, *, journal: Journal) -> Restored:
    manifest = open_backup(backup, plain, private=PRIVATE, key=KEY)
    return make_restored(plain, manifest, Known(journal.since(manifest.journal), {}), written.world, KEY)


@contextmanager
def looked_into(written: WritingSchool, address: str) -> Iterator[WritingSchool]:
    engine = connect(address)
    world = World(engine, written.world.clock, written.world.stops, written.world.vault)
    try:
        yield written.seen_in(world)
    finally:
        engine.dispose()


def test_a_backup_holds_every_row(written: WritingSchool, tmp_path: Path) -> None:
    before = everything(written.world.database)
    backup = back_up(written, tmp_path)

    open_backup(backup, tmp_path / "plain.db", private=PRIVATE, key=KEY)

    copy = connect(f"sqlite:///{tmp_path / 'plain.db'}")
    held = everything(copy)
    copy.dispose()
    assert {name: len(rows) for name, rows in held.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert [row["body"] for row in held["log_entry"]] == [row["body"] for row in before["log_entry"]]
    assert [row["sign_in_name"] for row in held["person"]] == [
        row["sign_in_name"] for row in before["person"]
    ]


def test_what_was_ended_since_is_ended_with_its_entry(
    written: WritingSchool, tmp_path: Path, clock: FrozenClock
) -> None:
    begin_sign_in(written.world, written.guardian, "phone")
    backup = back_up(written, tmp_path)
    clock.advance(timedelta(minutes=5))
    draw_curtain(written.world, actor=written.director, reason=WHY, room_id=written.room)
    revoke_grant(written.world, actor=written.director, reason=WHY, grant_id=written.grant)

    made = opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    assert made.is_whole
    assert (made.replayed.exactly, made.replayed.closed_more, made.replayed.unsure) == (2, 0, 0)
    with looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there:
        kinds = [entry.kind for entry in reversed(there.entries(there.id))]
        with reading(there.world.database) as connection:
            assert connection.execute(select(Grant.revoked_at)).scalar_one() is not None
            assert connection.execute(select(SignIn.ended_at)).scalar_one() is not None
            assert connection.execute(select(SchoolClosing.after_restore)).scalar_one() == "whole"
            assert verify(connection, there.id).findings == []
    assert kinds[-3:] == ["log:restored", "curtain:drawn", "grant:revoked"]


def test_a_device_signed_out_since_does_not_come_back(written: WritingSchool, tmp_path: Path) -> None:
    token = begin_sign_in(written.world, written.guardian, "phone")
    assert recognise(written.world, token) is not None
    backup = back_up(written, tmp_path)

    opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    with looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there:
        assert recognise(there.world, token) is None


def test_a_line_that_nobody_can_read_is_a_gap(written: WritingSchool, tmp_path: Path) -> None:
    backup = back_up(written, tmp_path)
    journal = written.world.stops.journal
    journal.done(journal.append({"kind": "of a newer version"}))

    made = opened(written, backup, tmp_path / "plain.db", journal=journal)

    assert (made.is_whole, made.replayed.unsure) == (False, 1)
    with looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there:
        with reading(there.world.database) as connection:
            assert connection.execute(select(SchoolClosing.after_restore)).scalar_one() == "gap"
        told = json.dumps(
            next(entry.body for entry in there.entries(there.id) if entry.kind == "log:restored")
        )
    assert '"lines": 1' in told


def test_a_clock_that_goes_ahead_leaves_no_school_open(
    written: WritingSchool, tmp_path: Path, clock: FrozenClock
) -> None:
    backup = back_up(written, tmp_path)
    made_at = clock.now()
    clock.advance(timedelta(days=4000))

    opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    with (
        looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there,
        reading(there.world.database) as connection,
    ):
        assert connection.execute(select(SchoolClosing.closed_at)).scalar_one() == made_at


@pytest.mark.e2e
@pytest.mark.sqlite
def test_it_is_put_back_into_an_empty_postgresql_only(
    written: WritingSchool, tmp_path: Path, postgres_server: Postgres
) -> None:
    backup = back_up(written, tmp_path)
    opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    with postgres_server.copy("empty") as address:
        engine = connect(address)
        into_postgresql(tmp_path / "plain.db", engine)
        with pytest.raises(RecordsUnavailable, match="something is in"):
            into_postgresql(tmp_path / "plain.db", engine)
        with looked_into(written, address) as there:
            copy = connect(f"sqlite:///{tmp_path / 'plain.db'}")
            assert [row["commitment"] for row in everything(copy)["log_entry"]] == [
                row["commitment"] for row in everything(engine)["log_entry"]
            ]
            copy.dispose()
            draw_curtain(there.world, actor=written.director, reason=WHY, room_id=written.room)
            with reading(engine) as connection:
                assert verify(connection, written.id).findings == []
        engine.dispose()


def test_a_passphrase_that_was_changed_since_opens_nothing(written: WritingSchool, tmp_path: Path) -> None:
    chosen: dict[str, Any] = {"actor": written.office, "reason": WHY, "person_id": written.guardian}
    set_passphrase(written.world, **chosen, passphrase=PASSPHRASE)
    backup = back_up(written, tmp_path)
    set_passphrase(written.world, **chosen, passphrase="another lantern drum 43")

    made = opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    assert made.is_whole
    with looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there:
        assert check_passphrase(there.world, "guardian", PASSPHRASE) is None


def test_what_was_erased_since_is_erased_again(
    written: WritingSchool, tmp_path: Path, clock: FrozenClock
) -> None:
    with_keepers(written)
    old = refused_views(written, 3, MORNING - YEARS)
    decides(written)
    backup = back_up(written, tmp_path)
    erases(written)
    erased = gone(written)
    assert set(old) <= set(erased)

    made = opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    assert (made.is_whole, made.replayed.unsure) == (True, 0)
    with looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there:
        assert gone(there) == erased
        with reading(there.world.database) as connection:
            assert verify(connection, there.id).findings == []
        (said,) = [entry.body for entry in there.entries(there.id) if entry.kind == "log:erased"]
    assert said["rule"]["name"] == "again"


def test_what_somebody_ended_whom_the_backup_does_not_know_closes_more(
    written: WritingSchool, tmp_path: Path
) -> None:
    backup = back_up(written, tmp_path)
    newcomer = acts_people.add_person(
        written.world, actor=MACHINE, reason=WHY, name="New", sign_in_name="new", school_id=written.id
    )
    draw_curtain(written.world, actor=Actor(newcomer, "web"), reason=WHY, room_id=written.room)

    made = opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    assert (made.replayed.closed_more, made.replayed.exactly) == (1, 0)
    with (
        looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there,
        reading(there.world.database) as connection,
    ):
        open_still = select(CurtainOpening.id).where(
            CurtainOpening.room_id == written.room, CurtainOpening.drawn_at.is_(None)
        )
        assert connection.execute(open_still).first() is None
        assert verify(connection, there.id).findings == []


def test_a_gap_stays_one_through_another_restore_and_nothing_is_erased_meanwhile(
    written: WritingSchool, tmp_path: Path
) -> None:
    with_keepers(written)
    refused_views(written, 3, MORNING - YEARS)
    decides(written)
    with writing(written.world.database) as connection:
        record_closing(connection, written.id, written.world.clock.now(), by=None, reason="restore")
        connection.execute(update(SchoolClosing).values(after_restore="gap"))

    erases(written)
    backup = back_up(written, tmp_path)
    made = opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    assert gone(written) == []
    assert made.is_whole
    with (
        looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there,
        reading(there.world.database) as connection,
    ):
        assert connection.execute(select(SchoolClosing.after_restore)).scalar_one() == "gap"


def test_what_was_moved_since_for_a_later_day_is_a_gap_at_which_two_look(
    written: WritingSchool, tmp_path: Path, clock: FrozenClock
) -> None:
    act: dict[str, Any] = {"actor": written.office, "reason": WHY}
    elm = acts_people.add_class_group(written.world, **act, school_id=written.id, name="Elm")
    backup = back_up(written, tmp_path)
    monday = clock.now() + timedelta(days=3)
    move_child(written.world, **act, child_id=written.child, class_group_id=elm, starts_at=monday)

    made = opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    assert (made.is_whole, made.replayed.unsure) == (False, 1)


def test_a_backup_made_while_a_passphrase_is_chosen_has_the_line_before_it(
    written: WritingSchool, tmp_path: Path
) -> None:
    set_passphrase(
        written.world, actor=MACHINE, reason=WHY, person_id=written.guardian, passphrase=PASSPHRASE
    )
    with kept_line(written.world, CHOSEN_ANEW, person=written.guardian):
        backup = back_up(written, tmp_path)
        # What waits is no ending, so no other act waits for it.
        revoke_grant(written.world, actor=written.director, reason=WHY, grant_id=written.grant)

    made = opened(written, backup, tmp_path / "plain.db", journal=written.world.stops.journal)

    assert made.is_whole
    with (
        looked_into(written, f"sqlite:///{tmp_path / 'plain.db'}") as there,
        reading(there.world.database) as connection,
    ):
        kept = select(Person.passphrase_hash).where(Person.id == written.guardian)
        assert connection.execute(kept).scalar_one() == ""
