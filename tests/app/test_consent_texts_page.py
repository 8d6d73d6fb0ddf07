"""The page on which the school's texts of consent are proposed and published, and that of staff's papers."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from access.acts_expected import add_duty
from access.consents_missing import missing_in
from access.database import reading
from access.people import Person
from tests.browser import Browser
from tests.school import School

TEXTS, PAPERS = "/office/consent-texts", "/office/staff-papers"
PROPOSED = {"of": "family", "zh": "新的同意书", "en": "A new text", "reason": "new year"}


def page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status == 200, answer
    return answer.body.decode()


def missing(school: School) -> list[str]:
    with reading(school.world.database) as connection:
        return [one.answer for one in missing_in(connection, school.id, school.clock.now())]


def key_of(school: School, role: str) -> str:
    with reading(school.world.database) as connection:
        whose = select(Person.key).where(Person.id == school.staff[role])
        return str(connection.execute(whose).scalar_one())


def on_duty(school: School, role: str) -> None:
    roster: dict[str, Any] = {"actor": school.office_actor, "reason": "roster"}
    group = school.class_groups["Oak"]
    add_duty(school.world, **roster, person_id=school.staff[role], class_group_id=group)


def test_one_proposes_a_text_and_another_publishes_it_having_read_what_it_closes(school: School) -> None:
    guardian = school.guardian()
    viewing = guardian.opens("Oak")
    office, director = school.office(), school.director()
    assert office.post(TEXTS, PROPOSED).status == 303
    assert "需要另一位同事发布" in page(office, TEXTS)
    publish = {"of": "family", "publish": "2", "reason": "read"}
    office.post(TEXTS, publish)
    assert guardian.opens("Oak")

    told = page(director, TEXTS)
    assert "新的同意书" in told
    assert "所有被询问的人都要重新回答，共 1 人" in told
    assert "在他们全部同意之前，这些班级的教室没有画面： <bdi>Oak</bdi></p>" in told
    assert director.post(TEXTS, publish).status == 303

    assert viewing.playlist() == school.not_found
    assert missing(school) == [""]
    assert "新的同意书" in page(guardian, "/consent")
    assert school.log("consent")[-3:] == [
        "consent_text:proposed",
        "consent:alone",
        "consent_text:published",
    ]


def test_a_text_begins_on_the_day_that_was_chosen_and_can_be_agreed_to_before(school: School) -> None:
    guardian, _ = school.guardian(), school.guardian()
    office, director = school.office(), school.director()
    office.post(TEXTS, PROPOSED)
    tomorrow = (school.clock.now() + timedelta(days=1)).date().isoformat()

    director.post(TEXTS, {"of": "family", "publish": "2", "from": tomorrow, "reason": "read"})

    assert missing(school) == []
    assert "第 2 版已发布，生效日期" in page(office, TEXTS)
    told = page(guardian, "/consent")
    assert "新的同意书" in told
    assert "您现在就可以同意" in told
    (mine,) = set(re.findall(r'name="of" value="([^"]+)"', told))
    assert guardian.post("/consent", {"of": mine, "version": "2", "answer": "yes"}).status == 303
    assert "您已经同意" in page(guardian, "/consent")
    assert guardian.opens("Oak")
    school.clock.advance(timedelta(days=1))
    assert missing(school) == [""]  # of whom nothing was heard


def test_what_was_typed_is_still_there_where_a_language_lacks(school: School) -> None:
    answer = school.office().post(TEXTS, {**PROPOSED, "en": " "})

    assert answer.status == 400
    assert "新的同意书</textarea>" in answer.body.decode()
    assert "文本需要中英文两种语言" in answer.body.decode()


def test_a_text_of_nothing_is_not_published(school: School) -> None:
    director = school.director()

    assert director.post(TEXTS, {"of": "family", "publish": "7", "reason": "read"}) == school.not_found
    for wrong in ({"of": "guests", "publish": "1"}, {"of": "family"}, {"of": "family", "publish": "x"}):
        assert director.post(TEXTS, {**wrong, "reason": "read"}).status == 400
    late = {"of": "family", "publish": "1", "from": "soon", "reason": "read"}
    assert director.post(TEXTS, late).status == 400


def test_two_enter_what_a_teacher_signed_and_a_no_counts_at_once(school: School) -> None:
    school.guardian()
    office, director = school.office(), school.director()
    on_duty(school, "teacher")
    paper = {"person": key_of(school, "teacher"), "reason": "form"}
    assert office.post(PAPERS, {**paper, "answer": "yes"}).status == 303
    assert missing(school) == [""]
    assert "需要另一位同事核对" in page(office, PAPERS)

    found = re.search(r'name="look" value="([^"]+)"', page(director, PAPERS))
    assert found
    look = {"look": found.group(1), "reason": "compared"}
    office.post(PAPERS, look)
    assert missing(school) == [""]
    assert director.post(PAPERS, look).status == 303

    assert missing(school) == []
    assert "没有待核对" in page(director, PAPERS)
    office.post(PAPERS, {**paper, "answer": "no"})
    assert missing(school) == ["no"]


def test_nobody_enters_their_own_paper_or_that_of_somebody_elsewhere(school: School) -> None:
    guardian = school.guardian()
    office = school.office()
    on_duty(school, "office")
    office.post(PAPERS, {"person": key_of(school, "office"), "answer": "yes", "reason": "mine"})
    assert missing(school) == [""]

    with reading(school.world.database) as connection:
        whose = select(Person.key).where(Person.id == guardian.person)
        family = connection.execute(whose).scalar_one()
    assert office.post(PAPERS, {"person": family, "answer": "no", "reason": "x"}) == school.not_found
    assert office.post(PAPERS, {"look": "n" * 22, "reason": "x"}) == school.not_found
