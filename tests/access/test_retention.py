"""How long what entries say is kept: decided by two, carried out a little at a time, held for a case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from access import acts_people
from access import acts_retention as acts
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading, writing
from access.erasing_due import Erasing
from access.errors import Refused
from access.log.entry import INSTALLATION
from access.log.keeping import is_kept
from access.log.kinds import KINDS
from access.log.signing import LogKey, sign_log
from access.log.standing import standing_of
from access.people import Membership
from access.retention import DEFAULTS, FLOOR_MONTHS, Group, group_of, months_before
from access.retention_records import ErasureRequest
from tests.access.retaining import SHORT, YEARS, decides, erases, gone, of_kind, refused_views, whole
from tests.access.writing_school import MACHINE, WHY, WritingSchool
from tests.conftest import MORNING


def test_every_kind_says_how_long_it_is_kept() -> None:
    groups = {kind: group_of(kind) for kind in KINDS}

    assert {kind for kind, group in groups.items() if group is None} == set(filter(is_kept, KINDS))
    assert set(Group) <= set(groups.values())
    assert all(months >= FLOOR_MONTHS for months in DEFAULTS.values())
    assert DEFAULTS[Group.VIEWINGS] == 36


def test_a_month_without_the_day_ends_on_its_last() -> None:
    day = datetime(2026, 8, 31, 7, tzinfo=UTC)

    assert months_before(day, 6) == datetime(2026, 2, 28, 7, tzinfo=UTC)
    assert months_before(day, 36) == datetime(2023, 8, 31, 7, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 1, tzinfo=UTC), 1) == datetime(2025, 12, 1, tzinfo=UTC)


def test_it_takes_two_and_whoever_tries_alone_is_written_down(kept: WritingSchool) -> None:
    act: dict[str, Any] = {"reason": WHY, "school_id": kept.id}
    for nobody in (MACHINE, Actor(kept.guardian, "web")):
        with pytest.raises(Refused, match="retention:not_keeper"):
            acts.propose_retention(kept.world, actor=nobody, months=SHORT, **act)
    setting = acts.propose_retention(kept.world, actor=kept.office, months=SHORT, **act)
    old = refused_views(kept, 2, MORNING - YEARS)

    with pytest.raises(Refused, match="retention:same_person"):
        acts.approve_retention(kept.world, actor=kept.office, retention_id=setting, **act)
    erases(kept)

    assert len(of_kind(kept, "retention:refused")) == 1
    assert set(old).isdisjoint(gone(kept))


@pytest.mark.parametrize("months", [5, 241, None])
def test_nobody_decides_less_than_the_floor(kept: WritingSchool, months: int | None) -> None:
    wrong = {**SHORT, Group.VIEWINGS: months} if months else {Group.VIEWINGS: 36}
    with pytest.raises(Refused, match="retention:months"):
        acts.propose_retention(kept.world, actor=kept.office, reason=WHY, school_id=kept.id, months=wrong)


def test_what_is_older_is_erased_and_the_entry_names_the_decision(kept: WritingSchool) -> None:
    six = months_before(MORNING, 6)
    old = refused_views(kept, 3, six - timedelta(seconds=1))
    young = refused_views(kept, 1, six)
    setting = decides(kept)
    erases(kept)

    assert gone(kept) == old
    assert set(young).isdisjoint(gone(kept))
    said = of_kind(kept, "log:erased")[0].body
    approval = of_kind(kept, "retention:approved")[0]
    assert (said["rule"]["name"], said["rule"]["retention"]) == ("retention", setting)
    assert said["rule"]["entry"] == approval.number
    assert said["approved_by"] == [kept.office.person_id, kept.director.person_id]
    assert said["kinds"] == {"viewing:refused": 3}
    assert whole(kept)


def test_a_group_that_is_kept_longer_is_kept_longer(kept: WritingSchool) -> None:
    old = refused_views(kept, 1, months_before(MORNING, 12))
    decides(kept, {**SHORT, Group.VIEWINGS: 36})
    erases(kept)
    assert gone(kept) == []

    decides(kept)
    erases(kept)
    assert gone(kept) == old


def test_what_a_standing_record_rests_on_is_kept(kept: WritingSchool, clock: FrozenClock) -> None:
    decides(kept)
    clock.advance(timedelta(days=10 * 366))

    erases(kept)

    kinds = {one.kind for one in kept.entries() if one.erased}
    assert "room:added" in kinds
    assert {"guardianship:added", "guardianship:verified", "enrolment:begun"}.isdisjoint(kinds)
    assert {"consent:paper_entered", "membership:begun"}.isdisjoint(kinds)
    acts_people.end_guardianship(kept.world, actor=kept.office, reason=WHY, guardianship_id=kept.guardianship)
    erases(kept)
    assert "guardianship:verified" in {one.kind for one in kept.entries() if one.erased}
    assert "person:added" not in {one.kind for one in kept.entries() if one.erased}
    assert whole(kept)


def test_it_goes_on_where_a_kill_left_it_and_says_everything_once(
    kept: WritingSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = refused_views(kept, 7, MORNING - YEARS)
    decides(kept)
    monkeypatch.setattr("access.erasing_due.AT_ONCE", 2)
    monkeypatch.setattr("access.erasing_due.AT_A_TURN", 1)
    for _ in range(2):
        assert Erasing(kept.world).turn() == 2  # and is not heard of again
    erases(kept)

    assert gone(kept) == old
    spans = [span for one in of_kind(kept, "log:erased") for span in one.body["spans"]]
    assert sorted(n for first, last in spans for n in range(first, last + 1)) == old
    assert whole(kept)


def test_it_is_looked_for_once_a_day(kept: WritingSchool, clock: FrozenClock) -> None:
    decides(kept)
    run = Erasing(kept.world)
    run.turn()
    old = refused_views(kept, 1, MORNING - YEARS)
    assert run.turn() == 0
    clock.advance(timedelta(days=1))
    assert run.turn() == 1
    assert gone(kept) == old


def test_two_people_have_what_is_said_of_one_person_erased(kept: WritingSchool) -> None:
    at = months_before(MORNING, 7)
    theirs = refused_views(kept, 2, at)
    refused_views(kept, 2, at, person=kept.office.person_id)
    act: dict[str, Any] = {"reason": WHY, "school_id": kept.id}
    ask: dict[str, Any] = {**act, "person_id": kept.guardian}
    with pytest.raises(Refused, match="retention:too_young"):
        acts.ask_erasure(kept.world, actor=kept.office, before=MORNING, **ask)
    request = acts.ask_erasure(kept.world, actor=kept.office, before=months_before(MORNING, 6), **ask)
    with pytest.raises(Refused, match="retention:same_person"):
        acts.agree_erasure(kept.world, actor=kept.office, request_id=request, **act)
    erases(kept)
    assert gone(kept) == []

    acts.agree_erasure(kept.world, actor=kept.director, request_id=request, **act)
    erases(kept)

    assert gone(kept) == theirs
    assert of_kind(kept, "log:erased")[0].body["rule"]["erasure_request"] == request
    with reading(kept.world.database) as connection:
        done = select(ErasureRequest.done_at).where(ErasureRequest.id == request)
        assert connection.execute(done).scalar_one() == MORNING


def test_the_log_of_all_waits_for_every_school(kept: WritingSchool, clock: FrozenClock) -> None:
    decides(kept)
    other = acts_people.add_school(
        kept.world, actor=MACHINE, reason=WHY, name="Other", zone="Europe/London", language="en"
    )
    clock.advance(timedelta(days=366))
    erases(kept)
    assert gone(kept, INSTALLATION) == []

    two = [kept.person(name) for name in ("one", "two")]
    for person in two:
        acts_people.appoint(
            kept.world, actor=MACHINE, reason=WHY, school_id=other, person_id=person, role="director"
        )
    act: dict[str, Any] = {"reason": WHY, "school_id": other}
    longer = {**SHORT, Group.ACCOUNTS: 24}
    setting = acts.propose_retention(kept.world, actor=Actor(two[0], "web"), months=longer, **act)
    acts.approve_retention(kept.world, actor=Actor(two[1], "web"), retention_id=setting, **act)
    erases(kept)
    assert gone(kept, INSTALLATION) == []

    clock.advance(timedelta(days=2 * 366))
    erases(kept)
    assert {one.kind for one in kept.entries(INSTALLATION) if one.erased} == {"passphrase:set"}
    assert whole(kept)


def test_an_erased_entry_still_stands_in_the_last_checkpoint(kept: WritingSchool) -> None:
    old = refused_views(kept, 2, MORNING - YEARS)
    decides(kept)
    erases(kept)
    key = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    with writing(kept.world.database) as connection:
        sign_log(connection, kept.id, key, MORNING)

    with reading(kept.world.database) as connection:
        standing = standing_of(connection, kept.id, old[0])

    assert standing is not None
    assert standing.receipt is not None


def test_what_somebody_who_has_gone_once_proposed_is_approved_by_nobody(
    kept: WritingSchool, clock: FrozenClock
) -> None:
    act: dict[str, Any] = {"reason": WHY, "school_id": kept.id}
    setting = acts.propose_retention(kept.world, actor=kept.office, months=SHORT, **act)
    with reading(kept.world.database) as connection:
        place = connection.execute(
            select(Membership.id).where(
                Membership.person_id == kept.office.person_id, Membership.role == "administrator"
            )
        ).scalar_one()
    clock.advance(timedelta(days=1))
    acts_people.dismiss(kept.world, actor=MACHINE, reason=WHY, membership_id=place)

    with pytest.raises(Refused, match="retention:asker_gone"):
        acts.approve_retention(kept.world, actor=kept.director, retention_id=setting, **act)
