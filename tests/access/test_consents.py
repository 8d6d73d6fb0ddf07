"""Consents in the records: everybody expected in a room covers it, and one who does not hides it."""

from datetime import timedelta

import pytest

from access.acts import Actor, replay
from access.acts_consent import agree, refuse
from access.acts_expected import guest_comes
from access.clock import FrozenClock
from access.consenting import of_guardian
from access.consents_missing import missing_in
from access.consents_seen import own_consents
from access.database import reading
from access.errors import RecordsUnavailable
from access.log.entry import read_entries
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Viewings
from tests.access.answering import NOT_COVERED, agrees, due, of, opens, refusal, second_guardian, takes_back
from tests.access.trouble import database_held, no_file_beyond
from tests.access.two_rooms import ELM, MINUTE, OAK, TwoRooms
from tests.consenting import agrees_on_paper


def test_consent_withdrawn_while_twelve_watch_stops_all_of_them_at_once(
    two: TwoRooms, clock: FrozenClock
) -> None:
    families = [two.families[OAK], *(two.family(f"f{number}", OAK) for number in range(11))]
    clock.advance(MINUTE)
    viewings = Viewings(two.world)
    watching = [opens(two, viewings, family) for family in families]
    black = two.world.clock.now()

    with database_held(str(two.world.database.url.render_as_string(hide_password=False))):
        assert takes_back(two) is False
        assert all(viewings.stopped(leave, two.world.clock.now()) for leave in watching)
    clock.advance(MINUTE)
    replay(two.world)

    with reading(two.world.database) as connection:
        (asked,) = own_consents(connection, families[0].person, two.world.clock.now())
    assert [(receipt.level, receipt.counts_from, receipt.ended_at) for receipt in asked.receipts] == [
        ("no", black, None),
        ("clear", black - MINUTE, black),  # though it was recorded a minute later
    ]
    assert {two.told(family, OAK) for family in families} == {NOT_COVERED}
    assert two.sees(ELM) == [ELM]
    assert two.rooms[OAK] not in due(two)
    assert not any(mark.scope is Scope.COVERAGE for mark in two.world.stops.in_force())


def test_consenting_again_is_a_fresh_act_and_shows_nothing_from_between(
    two: TwoRooms, clock: FrozenClock
) -> None:
    takes_back(two)
    clock.advance(MINUTE)
    assert two.told(OAK, OAK) == NOT_COVERED

    agrees(two)

    assert two.since(OAK, OAK) == two.world.clock.now()
    assert two.kinds()[-2:] == ["consent:withdrawn", "consent:given"]


def test_one_of_two_required_guardians_is_not_consent(two: TwoRooms) -> None:
    second = second_guardian(two)
    assert two.told(OAK, OAK) == NOT_COVERED

    agrees_on_paper(two.world, second, office=two.office, director=two.director)

    assert two.sees(OAK) == [OAK]


def test_an_invented_guardian_can_only_close(two: TwoRooms) -> None:
    takes_back(two)
    invented = of_guardian(two.world, second_guardian(two))

    by = Actor(invented.person_id, "web")
    assert refusal(agree, two.world, actor=by, whose=invented) == "guardianship:not_verified"
    assert refuse(two.world, actor=by, whose=invented)
    assert two.told(OAK, OAK) == NOT_COVERED


def test_nobody_answers_for_somebody_else(two: TwoRooms) -> None:
    _, whose = of(two)

    for act in (agree, refuse):
        assert refusal(act, two.world, actor=two.office, whose=whose) == "consent:not_yours"


def test_hidden_faces_are_not_clear_and_until_there_is_a_filter_that_is_closed(two: TwoRooms) -> None:
    agrees(two, level="faces")

    assert two.told(OAK, OAK) == NOT_COVERED
    assert two.kinds()[-2:] == ["consent:withdrawn", "consent:given"]


def test_what_neither_journal_nor_records_take_closes_the_school(two: TwoRooms) -> None:
    address = str(two.world.database.url.render_as_string(hide_password=False))
    with database_held(address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        takes_back(two)
    with database_held(address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        guest_comes(two.world, **two.act, room_id=two.rooms[ELM])
    takes_back(two, ELM)  # and lets go of its own mark

    assert two.sees(OAK) == []
    assert two.world.stops.stopped([Mark(Scope.ROOM, two.rooms[ELM])])


def test_the_words_never_say_whose_fault_it_is(two: TwoRooms) -> None:
    told = []
    takes_back(two)
    told.append(two.decides(ELM, OAK))
    told.append(two.decides(OAK, OAK))
    agrees(two)
    guest_comes(two.world, **two.act, room_id=two.rooms[OAK])
    told.append(two.decides(OAK, OAK))

    assert told[1] == told[2]
    assert told[0].reason is Reason.NO_CHILD_HERE  # type: ignore[union-attr]  # denied


def test_the_office_reads_who_is_missing_and_a_family_its_own(two: TwoRooms) -> None:
    takes_back(two)
    second_guardian(two)
    with reading(two.world.database) as connection:
        now = two.world.clock.now()
        missing = missing_in(connection, two.id, now)
        mine = own_consents(connection, two.families[OAK].person, now)

    assert [(one.class_group, one.name, one.answer) for one in missing] == [
        (OAK, "Guardian", "no"),
        (OAK, "Second", ""),
    ]
    (asked,) = mine
    assert not asked.has_agreed
    assert [(receipt.level, receipt.how, receipt.version) for receipt in asked.receipts] == [
        ("no", "own", 1),
        ("clear", "paper", 1),
    ]
    assert asked.receipts[1].ended_at == now


def test_every_answer_is_an_entry_with_version_and_child(two: TwoRooms) -> None:
    takes_back(two)

    with reading(two.world.database) as connection:
        entry = read_entries(connection, two.id)[0]
    known = two.families[OAK]
    assert entry.kind == "consent:withdrawn"
    assert entry.body["subject"] == {
        "consent": 3,
        "person": known.person,
        "version": 1,
        "guardianship": known.guardianship,
        "child": known.child,
        "how": "own",
    }


def test_a_coverage_is_read_again_for_each_revision_and_stays_right_in_between(
    two: TwoRooms, clock: FrozenClock
) -> None:
    assert two.sees(OAK) == [OAK]
    before = two.since(OAK, OAK)
    for _ in range(3):
        clock.advance(timedelta(minutes=50))
        assert two.since(OAK, OAK) == before

    takes_back(two)

    assert two.told(OAK, OAK) == NOT_COVERED
