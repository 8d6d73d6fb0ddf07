"""Sheets of attendance: what a line may say, and what is told of one that makes no sense."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from access.acts_moves import child_leaves
from access.acts_schools import add_school
from access.attendance import IN, OUT
from access.attendance_sheet import MOST_LINES, Sheet, read_sheet, sheet_text
from access.database import reading
from access.errors import Refused
from tests.access.two_rooms import ELM, OAK, TwoRooms

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = ("小豆", "Elm")
#: Before the present of these tests.
AT = "2026-03-10 08:30"


def read(two: TwoRooms, text: str) -> Sheet:
    with reading(two.world.database) as connection:
        return read_sheet(connection, two.id, text, two.world.clock.now())


@pytest.mark.parametrize(
    "when", [AT, "2026/3/10 8:30", "2026-03-10T08:30:00", "08:30", "8:30:00"], ids=lambda when: when
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，"])  # as typed in China
def test_a_line_says_who_what_and_when_as_people_and_programs_write_it(
    two: TwoRooms, when: str, delimiter: str
) -> None:
    lines = [delimiter.join((NAMES[0], "入园", when)), "", delimiter.join((NAMES[1], " Out ", when))]

    sheet = read(two, "\r\n".join(lines))

    at = datetime(2026, 3, 10, 8, 30, tzinfo=ZONE)
    assert not sheet.wrong
    assert sheet.lines == ((two.families[OAK].child, IN, at), (two.families[ELM].child, OUT, at))


def test_a_line_of_headings_is_passed_over(two: TwoRooms) -> None:
    sheet = read(two, f"姓名,进出,时间\n{NAMES[0]},in,{AT}\n")

    assert (len(sheet.lines), dict(sheet.wrong)) == (1, {})


def test_a_first_line_with_a_word_of_ours_is_no_heading(two: TwoRooms) -> None:
    sheet = read(two, f"{NAMES[0]},离园,八点十二\n{NAMES[1]},in,{AT}\n")

    assert dict(sheet.wrong) == {1: "time:words"}


def test_a_child_that_left_is_nobody_here(two: TwoRooms) -> None:
    namesake = two.family("elm", ELM, person=two.guardian)
    child_leaves(two.world, **two.act, child_id=namesake.child)

    assert not read(two, f"{NAMES[1]},in,{AT}").wrong
    child_leaves(two.world, **two.act, child_id=two.families[ELM].child)
    assert dict(read(two, f"{NAMES[1]},in,{AT}").wrong) == {1: "child:unknown"}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_no_time(two: TwoRooms, day: str) -> None:
    (reason,) = read(two, f"{NAMES[0]},in,{day} 00:00").wrong.values()

    assert reason in {"time:words", "attendance:future"}


def test_each_wrong_line_is_told_by_its_number_and_why(two: TwoRooms) -> None:
    two.family("namesake", OAK, person=two.guardian)
    two.family("namesake", ELM, person=two.guardian)
    name = NAMES[0]
    text = "\n".join(
        [
            f"{name},in,{AT}",
            f"Nobody,in,{AT}",
            f"Namesake,in,{AT}",
            f"{name},here,{AT}",
            "",
            f"{name},in,2026-13-10 08:00",
            f"{name},in,23:59",
            f"{name},in",
        ]
    )

    sheet = read(two, text)

    assert dict(sheet.wrong) == {
        2: "child:unknown",
        3: "child:ambiguous",
        4: "attendance:sheet_word",
        6: "time:words",
        7: "attendance:future",
        8: "attendance:sheet_columns",
    }
    assert len(sheet.lines) == 1


def test_a_child_of_another_school_is_nobody_here(two: TwoRooms) -> None:
    other = add_school(two.world, **two.act, name="Other", zone=ZONE.key, language="zh")

    with reading(two.world.database) as connection:
        sheet = read_sheet(connection, other, f"{NAMES[0]},in,{AT}", two.world.clock.now())

    assert dict(sheet.wrong) == {1: "child:unknown"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n \n", id="empty lines"),
        pytest.param("姓名,进出,时间\n", id="headings only"),
        pytest.param('"a,in,08:00', id="a quote that does not end"),
        pytest.param("a,in,08:00\n" * (MOST_LINES + 1), id="too much"),
    ],
)
def test_what_is_no_sheet_is_refused_whole(two: TwoRooms, text: str) -> None:
    with pytest.raises(Refused, match="attendance:sheet"):
        read(two, text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_as_it_was_written(encoding: str) -> None:
    assert sheet_text("小豆,入园".encode(encoding)) == "小豆,入园"


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Refused, match="attendance:sheet"):
        sheet_text(b"\xff\xff\xff")
