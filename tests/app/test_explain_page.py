"""The office asks why somebody sees a room or does not, and reads each rule with what it rests on."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from access.acts_closing import close_school
from access.database import reading
from access.delegations import Delegation
from access.enrolment import Guardianship
from tests.browser import Answer, Browser
from tests.school import Guardian, School

ENGLISH = {"Accept_Language": "en"}
CHINESE = {"Accept_Language": "zh-CN"}


def key_of(school: School, guardian: Guardian) -> str:
    """Return the name of a guardianship in addresses."""
    with reading(school.world.database) as connection:
        which = select(Guardianship.key).where(Guardianship.id == guardian.guardianship)
        return str(connection.execute(which).scalar_one())


def asks(
    browser: Browser, school: School, guardian: Guardian, at: str = "", room: str = "Oak", **headers: str
) -> Answer:
    """Ask why this guardian sees that room, or does not."""
    asked = {"guardianship": key_of(school, guardian), "room": school.room_key(room), "at": at}
    return browser.get(f"/office/explain?{urlencode(asked)}", **(headers or ENGLISH))


def test_the_office_chooses_from_its_own_families_and_rooms(school: School) -> None:
    guardian, other = school.guardian(of="Oak"), school.neighbour()
    theirs = other.guardian(of="Rowan")

    page = school.office().get("/office/explain", **ENGLISH).body.decode()

    assert key_of(school, guardian) in page
    assert school.room_key("Oak") in page
    assert key_of(school, theirs) not in page
    assert other.room_key("Rowan") not in page
    assert school.log("explanation:read") == []


def test_every_rule_stands_there_with_who_brought_it_about(school: School) -> None:
    guardian = school.guardian(of="Oak")

    page = asks(school.office(), school, guardian).body.decode()

    assert "Can see it now" in page
    assert page.count('data-rule="') == 19
    assert page.count('class="rule holds"') == 19
    director = f"{school.called.person} {school.staff['director']}"
    assert f"<bdi>{director}</bdi> gave" in page
    assert "set the viewing hours" in page
    assert "opened the curtain" in page


def test_what_is_missing_is_named_with_who_ended_it(school: School) -> None:
    guardian = school.guardian(of="Oak")
    school.revoke_every_grant()

    page = asks(school.office(), school, guardian).body.decode()

    assert "Cannot see it: no permission to watch" in page
    assert page.count('class="rule broken"') == 1
    assert "ended the permission" in page
    assert "Not known to open within 14 days" in page


def test_a_delegate_is_asked_about_like_a_guardian_and_by_the_act_that_made_them_one(school: School) -> None:
    guardian = school.guardian(of="Oak")
    school.delegate(of=guardian)
    office = school.office()
    with reading(school.world.database) as connection:
        key = connection.execute(select(Delegation.key)).scalar_one()

    chosen = office.get("/office/explain", **ENGLISH).body.decode()
    asked = {"guardianship": key, "room": school.room_key("Oak")}
    page = office.get(f"/office/explain?{urlencode(asked)}", **ENGLISH).body.decode()

    assert f'value="{key}"' in chosen
    assert "Relatives who watch for a guardian" in chosen
    assert page.count('class="rule holds"') == 19
    assert "agreed that" in page
    assert f'value="{key}" selected' in page
    assert school.neighbour().office().get(f"/office/explain?{urlencode(asked)}") == school.not_found


def test_of_a_consent_the_page_says_no_name_and_where_to_look(school: School) -> None:
    guardian, other = school.guardian(of="Oak"), school.guardian(of="Oak", consents=False)
    mine = f"{school.called.person} {guardian.person}"
    theirs = f"{school.called.person} {other.person}"

    page = asks(school.office(), school, guardian).body.decode()
    told = page[page.index("told") :]

    assert "Cannot see it: not everybody expected in the room has agreed" in told
    assert 'or who is expected in the room. <a href="/office/consents">' in told
    assert mine in told
    assert theirs not in told


def test_a_closed_school_is_one_of_the_rules(school: School) -> None:
    guardian = school.guardian(of="Oak")
    close_school(school.world, actor=school.director_actor, reason="drill", school_id=school.id)

    page = asks(school.office(), school, guardian).body.decode()

    assert "closed all cameras" in page
    assert 'data-rule="school:closed"' in page


def test_another_instant_is_explained_in_school_time(school: School) -> None:
    guardian = school.guardian(of="Oak")
    tomorrow = school.clock.now().date().isoformat()

    page = asks(school.office(), school, guardian, at=f"{tomorrow}T12:05").body.decode()

    assert "Cannot see it" in page
    assert "It opens again tomorrow at 09:00 (school time)." in page
    assert 'value="' + f"{tomorrow}T12:05" in page


@pytest.mark.parametrize("at", ["yesterday", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_an_instant_that_is_none_is_told_as_a_mistake(school: School, at: str) -> None:
    answer = asks(school.office(), school, school.guardian(of="Oak"), at=at)

    assert answer.status in {200, 400}
    assert "data-rule" not in answer.body.decode()


def test_asking_is_written_down_before_it_is_answered(school: School) -> None:
    guardian, office = school.guardian(of="Oak"), school.office()

    asks(office, school, guardian)

    entry = school.last_entry("explanation:read")
    assert (entry["actor"]["person"], entry["actor"]["via"]) == (school.staff["office"], "web")
    subject = entry["subject"]
    assert isinstance(subject, dict)
    assert (subject["person"], subject["room"]) == (guardian.person, school.rooms["Oak"])


def test_another_schools_family_or_room_is_the_one_404(school: School) -> None:
    guardian, other = school.guardian(of="Oak"), school.neighbour()
    theirs = other.guardian(of="Rowan")

    assert asks(school.office(), school, theirs) == school.not_found
    assert asks(other.office(), school, guardian) == school.not_found
    for who in (school.teacher(), school.administrator(), guardian, school.visitor()):
        assert who.get("/office/explain") == school.not_found
    assert school.log("explanation:read") == other.log("explanation:read") == []


def test_it_is_told_in_chinese(school: School) -> None:
    page = asks(school.office(), school, school.guardian(of="Oak"), **CHINESE).body.decode()

    assert "现在可以看到" in page
    assert "开放时段" in page
