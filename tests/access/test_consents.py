"""Consents in the records: everybody expected in a room covers it, and one who does not hides it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_attendance, acts_people, acts_rooms
from access.acts import Actor, replay
from access.acts_consent import agree, refuse
from access.acts_consent_texts import propose_text, publish_text
from access.acts_exemptions import confirm_exemption, end_exemption, propose_exemption
from access.acts_expected import add_duty, end_duty, guest_comes, guest_leaves
from access.acts_paper import enter_paper, look_at_paper
from access.clock import FrozenClock
from access.consent_records import Audience
from access.consent_texts import in_force, texts_of
from access.consenting import Whose, of_guardian
from access.consents_missing import missing_in
from access.consents_seen import own_consents
from access.database import reading
from access.due import due_cameras
from access.errors import RecordsUnavailable, Refused
from access.log.entry import read_entries
from access.places import Room
from access.policy import Allowed
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Leave, Viewings
from tests.access.trouble import database_held, no_file_beyond
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, Family, TwoRooms
from tests.consenting import agrees_on_paper

PHONE = "Chrome, Android"
NOT_COVERED = Reason.NOT_COVERED.value


class SignedIn:
    """A family's device, as little of it as a viewing asks for."""

    def __init__(self, family: Family) -> None:
        self.sign_in_id = family.sign_in


def of(school: TwoRooms, family: str = OAK) -> tuple[Actor, Whose]:
    """Return a guardian, and whose answer is theirs."""
    known = school.families[family]
    return Actor(known.person, "web"), of_guardian(school.world, known.guardianship)


def takes_back(school: TwoRooms, family: str = OAK) -> bool:
    actor, whose = of(school, family)
    return refuse(school.world, actor=actor, whose=whose)


def agrees(school: TwoRooms, family: str = OAK, **more: Any) -> None:
    actor, whose = of(school, family)
    agree(school.world, actor=actor, whose=whose, **more)


def second_guardian(school: TwoRooms) -> int:
    """Tie one more adult to Oak's child, who has not answered."""
    person = school.person("second", by=school.office)
    child = school.families[OAK].child
    return acts_people.add_guardianship(
        school.world, **school.act, person_id=person, child_id=child, starts_at=school.world.clock.now()
    )


def opens(school: TwoRooms, viewings: Viewings, family: Family) -> Leave:
    with reading(school.world.database) as connection:
        key = connection.execute(select(Room.key).where(Room.id == school.rooms[OAK])).scalar_one()
    leave = viewings.open(SignedIn(family), key, PHONE)
    assert isinstance(leave, Leave), leave
    return leave


def due(school: TwoRooms) -> list[int]:
    with reading(school.world.database) as connection:
        found = due_cameras(connection, school.world.vault, school.world.clock.now(), school.world.stops)
    return [camera.room_id for camera in found]


def refusal(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return refused.value.reason


def test_consent_withdrawn_while_twelve_watch_stops_all_of_them_at_once(
    two: TwoRooms, clock: FrozenClock
) -> None:
    families = [two.families[OAK], *(two.family(f"f{number}", OAK) for number in range(11))]
    clock.advance(MINUTE)
    viewings = Viewings(two.world)
    watching = [opens(two, viewings, family) for family in families]

    with database_held(str(two.world.database.url.render_as_string(hide_password=False))):
        assert takes_back(two) is False
        assert all(viewings.stopped(leave, two.world.clock.now()) for leave in watching)
    replay(two.world)

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


def test_a_paper_counts_when_a_second_has_looked_at_it_and_a_no_at_once(two: TwoRooms) -> None:
    _, whose = of(two)
    paper: dict[str, Any] = {"reason": "form", "whose": whose}
    assert enter_paper(two.world, actor=two.office, **paper, level="no") is None
    assert two.told(OAK, OAK) == NOT_COVERED

    waits = enter_paper(two.world, actor=two.office, **paper, level="clear")
    assert waits is not None
    look: dict[str, Any] = {"reason": "form", "consent_id": waits}
    assert refusal(look_at_paper, two.world, actor=two.office, **look) == "consent:same_person"
    mine = Actor(whose.person_id, "web")
    assert refusal(look_at_paper, two.world, actor=mine, **look) == "consent:same_person"
    assert refusal(enter_paper, two.world, actor=mine, **paper, level="clear") == "consent:own_paper"
    assert two.told(OAK, OAK) == NOT_COVERED

    look_at_paper(two.world, actor=two.director, **look)

    assert two.sees(OAK) == [OAK]
    assert refusal(look_at_paper, two.world, actor=two.director, **look) == "consent:over"


def test_an_adult_of_the_child_neither_enters_nor_compares_anothers_yes(two: TwoRooms) -> None:
    whose = of_guardian(two.world, second_guardian(two))
    other = Actor(two.families[OAK].person, "web")
    paper: dict[str, Any] = {"reason": "form", "whose": whose}
    assert refusal(enter_paper, two.world, actor=other, **paper, level="clear") == "consent:same_person"
    waits = enter_paper(two.world, actor=two.office, **paper, level="clear")

    look: dict[str, Any] = {"reason": "form", "consent_id": waits}
    assert refusal(look_at_paper, two.world, actor=other, **look) == "consent:same_person"
    assert two.told(OAK, OAK) == NOT_COVERED
    assert two.kinds().count("consent:alone") == 2

    look_at_paper(two.world, actor=two.director, **look)
    assert two.sees(OAK) == [OAK]
    assert enter_paper(two.world, actor=other, **paper, level="no") is None
    assert two.told(OAK, OAK) == NOT_COVERED


def test_a_refusal_takes_a_paper_back_that_waits(two: TwoRooms) -> None:
    _, whose = of(two)
    waits = enter_paper(two.world, actor=two.office, reason="form", whose=whose, level="clear")
    takes_back(two)

    act: dict[str, Any] = {"actor": two.director, "reason": "form", "consent_id": waits}
    assert refusal(look_at_paper, two.world, **act) == "consent:over"


def test_hidden_faces_are_not_clear_and_until_there_is_a_filter_that_is_closed(two: TwoRooms) -> None:
    agrees(two, level="faces")

    assert two.told(OAK, OAK) == NOT_COVERED
    assert two.kinds()[-2:] == ["consent:withdrawn", "consent:given"]


def test_a_newer_text_in_force_asks_everybody_anew(two: TwoRooms, clock: FrozenClock) -> None:
    now = two.world.clock.now()
    words: dict[str, Any] = {"words_zh": "新的同意书", "words_en": "A new text"}
    by: dict[str, Any] = {"actor": two.office, "reason": "new year"}
    text = propose_text(two.world, **by, school_id=two.id, audience="family", **words)
    publish: dict[str, Any] = {"text_id": text, "starts_at": now + HOUR, "reason": "read"}
    assert refusal(publish_text, two.world, actor=two.office, **publish) == "consent:same_person"
    publish_text(two.world, actor=two.director, **publish)

    decision = two.decides(OAK, OAK)
    assert isinstance(decision, Allowed)
    assert decision.until == now + HOUR
    agrees(two, ELM, version=2)
    clock.advance(HOUR)

    assert (two.sees(OAK), two.sees(ELM)) == ([], [ELM])
    actor, whose = of(two)
    assert refusal(agree, two.world, actor=actor, whose=whose, version=1) == "consent:text"
    with reading(two.world.database) as connection:
        current = in_force(texts_of(connection, two.id, Audience.FAMILY), two.world.clock.now())
    assert current is not None
    assert (current.version, current.words("zh"), current.words("en")) == (2, *words.values())


def test_merged_classes_see_the_room_only_if_everyone_in_it_is_covered(
    two: TwoRooms, clock: FrozenClock
) -> None:
    takes_back(two, ELM)
    assert two.sees(OAK) == [OAK]

    acts_rooms.merge_classes(
        two.world,
        **two.act,
        guest_id=two.groups[ELM],
        host_id=two.groups[OAK],
        ends_at=two.world.clock.now() + HOUR,
    )

    assert (two.told(OAK, OAK), two.told(ELM, OAK)) == (NOT_COVERED, NOT_COVERED)
    clock.advance(HOUR)
    assert two.sees(OAK) == [OAK]


@pytest.mark.parametrize("mode", ["optional", "required"])
def test_a_child_is_expected_whatever_was_noted_of_it(two: TwoRooms, mode: str) -> None:
    other = two.family("other", OAK)
    acts_attendance.set_attendance(two.world, **two.act, school_id=two.id, mode=mode)
    acts_attendance.check_in(two.world, **two.act, child_id=two.families[OAK].child)
    assert two.sees(OAK) == [OAK]
    mine = Actor(other.person, "web")
    refuse(two.world, actor=mine, whose=of_guardian(two.world, other.guardianship))
    assert two.told(OAK, OAK) == NOT_COVERED

    for notes in (acts_attendance.check_in, acts_attendance.check_out):
        notes(two.world, **two.act, child_id=other.child)
        assert two.told(OAK, OAK) == NOT_COVERED


def test_two_exempt_a_guardian_and_the_only_one_is_none(two: TwoRooms) -> None:
    second = second_guardian(two)
    proposal = propose_exemption(two.world, actor=two.office, reason="missing", guardianship_id=second)
    confirm: dict[str, Any] = {"reason": "court paper", "exemption_id": proposal}
    mine = Actor(two.families[OAK].person, "web")
    for alone in (two.office, mine):
        assert refusal(confirm_exemption, two.world, actor=alone, **confirm) == "consent:same_person"
    assert two.told(OAK, OAK) == NOT_COVERED

    confirm_exemption(two.world, actor=two.director, **confirm)

    assert two.sees(OAK) == [OAK]
    assert end_exemption(two.world, actor=two.office, reason="back", exemption_id=proposal)
    assert two.told(OAK, OAK) == NOT_COVERED
    assert "consent:alone" in two.kinds()


def test_staff_on_duty_are_asked_like_families(two: TwoRooms) -> None:
    teacher = two.person("teacher", by=two.office)
    act: dict[str, Any] = {"actor": two.director, "reason": "roster"}
    duty = add_duty(two.world, **act, person_id=teacher, class_group_id=two.groups[OAK])
    assert two.told(OAK, OAK) == NOT_COVERED
    whose, mine = Whose(two.id, teacher, None), Actor(teacher, "web")

    agree(two.world, actor=mine, whose=whose)
    assert two.sees(OAK) == [OAK]
    refuse(two.world, actor=mine, whose=whose)
    assert two.told(OAK, OAK) == NOT_COVERED
    end_duty(two.world, **act, duty_id=duty)

    assert two.sees(OAK) == [OAK]
    assert refusal(end_duty, two.world, **act, duty_id=duty) == "staff_duty:over"


def test_a_guest_hides_the_room_until_they_are_tapped_out(two: TwoRooms, clock: FrozenClock) -> None:
    viewings = Viewings(two.world)
    leave = opens(two, viewings, two.families[OAK])
    room = two.rooms[OAK]
    with database_held(str(two.world.database.url.render_as_string(hide_password=False))):
        assert guest_comes(two.world, **two.act, room_id=room) is False
        assert viewings.stopped(leave, two.world.clock.now())
    replay(two.world)
    assert two.told(OAK, OAK) == NOT_COVERED
    assert (two.sees(ELM), room in due(two)) == ([ELM], False)

    clock.advance(MINUTE)
    guest_leaves(two.world, **two.act, guest_id=1)

    assert two.since(OAK, OAK) == two.world.clock.now()
    assert refusal(guest_leaves, two.world, **two.act, guest_id=1) == "guest:gone"


def test_of_two_guests_the_second_keeps_the_room_hidden(two: TwoRooms) -> None:
    for _ in range(2):
        guest_comes(two.world, **two.act, room_id=two.rooms[OAK])

    guest_leaves(two.world, **two.act, guest_id=1)

    assert two.told(OAK, OAK) == NOT_COVERED


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
