"""A grandparent: proposed by a guardian, approved by the school, and no further."""

from datetime import timedelta

from sqlalchemy import select

from access import acts_people
from access.acts_families import end_guardianship
from access.clock import FrozenClock
from access.database import reading
from access.delegations import Delegation
from access.enrolment import Guardianship
from access.people import Person
from tests.app.account.trying import PASSPHRASE
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.school import Guardian, School
from tests.shown_codes import shown_code

ENGLISH = {"Accept_Language": "en-GB"}


def page(browser: Browser, address: str = "/home") -> str:
    """Return a page in English."""
    return browser.get(address, **ENGLISH).body.decode()


def proposes(school: School, guardian: Guardian, name: str = "阿婆") -> str:
    """Propose a relative at the guardian's page, and return the page that comes back."""
    child = key_of(school, Guardianship, guardian.guardianship)
    answer = guardian.post("/delegates", {"name": name, "child": child}, **ENGLISH)
    return page(guardian, "/delegates") if answer.status == 303 else answer.body.decode()


def newest(school: School) -> str:
    """Return the key of the newest delegate."""
    with reading(school.world.database) as connection:
        last = select(Delegation.key).order_by(Delegation.id.desc()).limit(1)
        return str(connection.execute(last).scalar_one())


def test_from_a_guardians_proposal_to_a_grandmother_who_watches(school: School) -> None:
    mother = school.guardian(of="Oak")
    assert "Waits for the school to agree" in proposes(school, mother)
    assert "A guardian has proposed a relative" in page(school.office(), "/office")
    address = f"/office/delegates/{newest(school)}"

    school.office().post(f"{address}/approve")  # who made the guardian: refused
    assert school.last_entry("guardianship:refused")["reason"] == "delegation:same_person"
    school.director().post(f"{address}/approve")
    with reading(school.world.database) as connection:
        person = connection.execute(select(Person.id).where(Person.name == "阿婆")).scalar_one()
    acts_people.set_passphrase(
        school.world, actor=school.director_actor, reason="test", person_id=person, passphrase=PASSPHRASE
    )
    grandmother = Browser(school.app, school.sign_in(person))
    code = shown_code(school.world, 1, delegate=True)
    assert code in page(grandmother)
    assert "still has to check your identity" in page(grandmother)
    checked = school.office().post(f"{address}/identity", {"document": "identity_card", "shown_code": code})

    assert checked.status == 303
    assert "Open now" in page(grandmother)
    school.clock.advance(timedelta(minutes=1))
    answer = grandmother.post(f"/rooms/{school.room_key('Oak')}/viewings")
    assert answer.status == 201
    entry = school.last_entry("viewing:opened")
    assert isinstance(entry["delegation"], int)
    assert "May watch as you may" in page(mother, "/delegates")


def test_a_delegate_has_no_page_to_propose_from(school: School) -> None:
    grandmother = school.delegate(of=school.guardian(of="Oak"))

    assert grandmother.get("/delegates") == school.not_found
    assert "/delegates" not in page(grandmother)


def test_a_grandmothers_running_stream_stops_with_the_guardians_right(school: School) -> None:
    mother = school.guardian(of="Oak")
    watching = school.delegate(of=mother).opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200

    end_guardianship(
        school.world, actor=school.office_actor, reason="moved", guardianship_id=mother.guardianship
    )

    assert watching.segment(k) == school.not_found
    assert watching.status().json["state"] == "ended"


def test_a_guardian_ends_what_a_grandmother_may_see_at_once(school: School) -> None:
    mother = school.guardian(of="Oak")
    watching = school.delegate(of=mother).opens("Oak")
    k = school.camera("Oak").films_segment()

    assert mother.post(f"/delegates/{newest(school)}/end").status == 303

    assert watching.segment(k) == school.not_found
    assert mother.opens("Oak").segment(k).status == 200


def test_a_third_relative_is_refused_beside_the_form(school: School) -> None:
    mother = school.guardian(of="Oak")
    for name in ("阿婆", "阿公"):
        proposes(school, mother, name)

    assert "At most two at a time" in proposes(school, mother, "阿姨")


def test_proposing_asks_for_the_passphrase_first(school: School, clock: FrozenClock) -> None:
    mother = school.guardian(of="Oak")
    clock.advance(timedelta(minutes=6))
    school.is_there(mother)

    assert 'name="proof"' in proposes(school, mother)
    assert school.log("delegation:") == []


def test_the_other_guardian_reads_of_the_new_adult_and_puts_it_away(school: School) -> None:
    mother = school.guardian(of="Oak")
    father = school.guardian(of="Oak", beside=mother)
    school.delegate(of=mother)

    told = page(father)
    assert "for another guardian may watch" in told
    assert "阿婆" in told
    father.post(f"/notices/{newest(school)}/seen")

    assert "阿婆" not in page(father)
    assert "阿婆" not in page(mother)


def test_somebody_the_school_knows_keeps_their_account(school: School) -> None:
    twins = [school.guardian(of="Oak")]
    twins.append(school.guardian(of="Elm", person=twins[0].person))
    grandmother = school.delegate(of=twins[0])
    proposes(school, twins[1])
    director = school.director()
    key = key_of(school, Person, grandmother.person)
    assert f'value="{key}"' in page(director, "/office/delegates")

    director.post(f"/office/delegates/{newest(school)}/approve", {"person": key})
    code = shown_code(school.world, 2, delegate=True)
    seen = {"document": "passport", "shown_code": code}
    school.office().post(f"/office/delegates/{newest(school)}/identity", seen)

    assert page(grandmother).count("Open now") == 2


def test_a_delegate_of_another_school_is_found_by_nobody_here(school: School) -> None:
    neighbour = school.neighbour()
    proposes(neighbour, neighbour.guardian(of="Rowan"))

    answer = school.director().post(f"/office/delegates/{newest(school)}/approve")

    assert answer == school.not_found
