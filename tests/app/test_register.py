"""The register of looking up: every look but a guardian's own, with reason, content, unit and name."""

import html
import re
from datetime import timedelta

import pytest

from access.acts import Actor, widen
from access.log.kinds import KINDS
from access.register import OF_LOGS, OF_STAFF, WATCHED
from app.oversight import register
from app.oversight.register_words import CONTENT
from tests.app.oversight_page import ACCOUNTS, CHINESE, ENGLISH
from tests.browser import Browser
from tests.looking import Display, an_agreed_look, opens
from tests.school import School

PAGE = "/oversight/register"
NAME, UNIT, REASON, CONTENTS = 1, 2, 3, 4


def rows_on(browser: Browser, address: str = PAGE, language: dict[str, str] = ENGLISH) -> list[list[str]]:
    """Return the cells of each line, oldest first."""
    body = browser.get(address, **language).body.decode()
    table = body[body.index("<tbody>") : body.index("</tbody>")]
    lines = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td.*?</td>", line)]
        for line in lines
    ]


def reads_installation_log(school: School, by: int | None = None, *, person: int | None = None) -> None:
    """Have somebody read the installation's log at the machine."""
    widen(
        school.world,
        school_id=None,
        actor=Actor(by, "cli:root"),
        reason="look",
        kind="log:read",
        subject={"log": "installation", "person": person, "room": None, "day": None},
        apply=lambda _connection, _at: None,
    )


def test_a_look_of_the_staff_stands_with_what_it_was_asked_for(school: School) -> None:
    office = school.office()
    opens(office, an_agreed_look(school, Display(school, "Oak")))

    (line, _) = rows_on(school.administrator())

    assert line[0].startswith("10 Mar 2026 09:")
    assert line[1:] == [
        f"林小明 {school.staff['office']}",
        "Sunflower",
        "the changing corner",
        "live picture of the camera Oak in Oak room",
    ]


def test_a_guardians_own_viewing_is_no_line_and_that_of_a_delegate_is(school: School) -> None:
    guardian = school.guardian(of="Oak")
    delegate = school.delegate(guardian)
    guardian.opens("Oak")
    delegate.opens("Oak")

    (line, _) = rows_on(school.administrator())

    assert line[NAME] == "阿婆"
    assert (line[UNIT], line[REASON]) == ("family", "watches for a guardian")
    assert line[CONTENTS].startswith("live picture of Oak room, for 小豆")


def test_reading_logs_and_the_register_itself_are_lines(school: School) -> None:
    administrator = school.administrator()
    administrator.get("/oversight?day=2026-03-09")
    administrator.get(ACCOUNTS)

    lines = rows_on(administrator)

    assert [line[CONTENTS] for line in lines] == [
        "access log of the school (2026-03-09)",
        "log of sign-ins and accounts",
        "this register, 2026-03-01 to 2026-03-10",
    ]
    assert {(line[UNIT], line[REASON]) for line in lines} == {("Sunflower", "oversight")}
    assert rows_on(administrator, language=CHINESE)[0][1:] == [
        f"林小明 {school.staff['administrator']}",
        "Sunflower",
        "监督检查",
        "幼儿园的访问日志 (2026-03-09)",
    ]


@pytest.mark.parametrize("which", ["school", "installation"])
def test_carrying_a_log_away_is_a_line(school: School, which: str) -> None:
    widen(
        school.world,
        school_id=school.id if which == "school" else None,
        actor=Actor(school.staff["administrator"], "cli:root"),
        reason="look",
        kind="log:exported",
        subject={"log": which, "format": "csv", "from": "2026-03-01", "to": None},
        apply=lambda _connection, _at: None,
    )

    line = rows_on(school.administrator())[0]

    assert line[REASON] == "look"
    assert line[CONTENTS].endswith("(carried away as csv, 2026-03-01)")


def test_whoever_reads_the_installations_log_may_have_read_of_this_school(school: School) -> None:
    reads_installation_log(school)
    alone = rows_on(school.administrator())[0]
    assert alone[1:] == ["Command line (root)", "Sunflower", "look", "log of sign-ins and accounts"]

    neighbour = school.neighbour()
    reads_installation_log(school, neighbour.staff["administrator"])
    reads_installation_log(school, person=neighbour.staff["teacher"])

    lines = [line[1:] for line in rows_on(school.administrator()) if "sign-ins" in line[CONTENTS]]
    # What the machine's keeper gives as a reason may be the other school's business.
    assert lines == 2 * [["Somebody outside this school", "", "", "log of sign-ins and accounts"]]


def test_nothing_of_another_school_is_in_it(school: School) -> None:
    neighbour = school.neighbour()
    neighbour.administrator().get("/oversight")

    body = school.administrator().get(PAGE, **ENGLISH).body.decode()

    assert neighbour.called.person not in body
    assert len(rows_on(school.administrator())) == 2, "its own two readings"


def test_the_days_are_whole_days_at_school(school: School) -> None:
    administrator = school.administrator()
    administrator.get("/oversight")
    school.clock.advance(timedelta(hours=15))  # 00:30 at school, still the day before in UTC
    administrator = school.administrator()

    assert len(rows_on(administrator, f"{PAGE}?from=2026-03-10&to=2026-03-10")) == 1
    assert len(rows_on(administrator, f"{PAGE}?from=2026-03-11&to=2026-03-11")) == 2
    assert rows_on(administrator, f"{PAGE}?from=2026-03-09&to=2026-03-09") == []
    assert school.last_entry("register:read")["subject"] == {
        "school": school.id,
        "from": "2026-03-09",
        "to": "2026-03-09",
    }


@pytest.mark.parametrize(
    "days",
    [
        "?from=2026-03-10&to=2026-03-09",
        "?from=yesterday&to=2026-03-09",
        "?from=0001-01-01&to=9999-12-31",
        "?to=x",
    ],
)
def test_days_that_make_no_sense_are_this_month(school: School, days: str) -> None:
    school.administrator().get(PAGE + days)

    assert school.last_entry("register:read")["subject"]["from"] == "2026-03-01"


def test_more_lines_than_a_page_holds_are_said_to_be_more(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST", 2)
    administrator = school.administrator()
    pages = [administrator.get(PAGE, **ENGLISH).body.decode() for _ in range(3)]

    assert ["There are more than 2 lines" in page for page in pages] == [False, False, True]


def test_every_look_has_its_words() -> None:
    assert {*OF_STAFF, WATCHED} == {*CONTENT, *OF_LOGS}
    assert [kind for kind in KINDS if kind.endswith(":read") and kind not in OF_STAFF] == ["viewings:read"]
