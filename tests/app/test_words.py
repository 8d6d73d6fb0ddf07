"""What guardians are told: a sentence for every reason, in both languages, that gives nothing away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from access.reasons import MENDED_BY_TIME, Reason
from app import words
from app.oversight import words as oversight_words
from tests.speaking import speaking

ROOT = Path(__file__).parents[2]
CHINESE = ROOT / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"

#: Ten past ten on a Tuesday morning at school.
NOW = datetime(2026, 3, 10, 2, 10, tzinfo=UTC)
SCHOOL = ZoneInfo("Asia/Shanghai")

#: Somebody else's business: each must read like the others.
NEUTRAL = (Reason.NO_CHILD_HERE, Reason.NOT_GUARDIAN, Reason.NOT_ENROLLED, Reason.NO_GRANT, Reason.STOPPED)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def chinese() -> Catalog:
    with CHINESE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def written() -> set[str]:
    """Return every sentence that code and templates mark for translation."""
    found = set()
    for directory, method in (("app", "python"), ("templates", "jinja2")):
        for _, _, message, _, _ in extract_from_dir(
            ROOT / directory,
            method_map=[("**.py", method), ("**.html", method)],
            keywords={"_": None, "gettext": None, "lazy_gettext": None},
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


@pytest.fixture(params=["en", "zh_Hans_CN"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_of_its_language(reason: Reason, language: str) -> None:
    assert reason in words.REASONS
    assert is_chinese(words.sentence(reason)) == (language == "zh_Hans_CN")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_short_for_whoever_reads_the_log(reason: Reason, language: str) -> None:
    assert is_chinese(str(oversight_words.REASONS[reason])) == (language == "zh_Hans_CN")


def test_what_is_somebody_elses_business_reads_the_same(language: str) -> None:
    assert len({words.sentence(reason) for reason in NEUTRAL}) == 1


def test_an_unknown_reason_says_only_that_it_is_over() -> None:
    with speaking("en"):
        assert words.sentence("custody:father") == "The viewing has ended."


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        pytest.param(timedelta(hours=5), "today at 15:10", id="today"),
        pytest.param(timedelta(hours=23), "tomorrow at 09:10", id="tomorrow"),
        pytest.param(timedelta(days=3), "on Friday 13 March at 10:10", id="another day"),
    ],
)
def test_the_next_opening_is_said_as_people_say_it(ahead: timedelta, said: str) -> None:
    with speaking("en"):
        told = words.sentence("hours:closed", opens_next=NOW + ahead, now=NOW, zone=SCHOOL)

    assert told == f"It is outside the viewing hours. It opens again {said} (school time)."


def test_the_next_opening_in_chinese() -> None:
    with speaking("zh_Hans_CN"):
        told = words.sentence("hours:closed", opens_next=NOW + timedelta(days=3), now=NOW, zone=SCHOOL)

    assert told == "现在不是开放时段。下次开放：3月13日星期五 10:10（幼儿园时间）。"


def test_the_next_opening_is_told_of_closed_hours_only() -> None:
    with speaking("en"):
        told = words.sentence("room:curtain", opens_next=NOW + timedelta(days=1), now=NOW, zone=SCHOOL)

    assert "opens again" not in told


@pytest.mark.parametrize("reason", sorted(MENDED_BY_TIME))
def test_where_nothing_opens_within_two_weeks_the_office_can_tell(reason: Reason) -> None:
    with speaking("en"):
        told = words.sentence(reason, now=NOW, zone=SCHOOL)

    assert told.count("the school office can tell you") + told.count("The school office can tell you") == 1


def test_of_a_custody_rule_only_the_opening_is_told() -> None:
    with speaking("en"):
        told = words.sentence(Reason.CUSTODY, opens_next=NOW + timedelta(hours=5), now=NOW, zone=SCHOOL)

    assert told == "This room is not open to you now. It opens again today at 15:10 (school time)."
    assert told == told_of_a_grant_that_comes()


def told_of_a_grant_that_comes() -> str:
    """Return what is told where the grant begins at the same time."""
    with speaking("en"):
        return words.sentence(Reason.NO_GRANT, opens_next=NOW + timedelta(hours=5), now=NOW, zone=SCHOOL)


def test_a_time_is_the_schools_wherever_the_reader_is() -> None:
    with speaking("en"):
        assert words.clock_time(NOW, zone=SCHOOL) == "10:10"
        assert words.clock_time(NOW, zone=ZoneInfo("Europe/London")) == "02:10"


def test_every_sentence_is_translated() -> None:
    catalogue = chinese()

    assert {s for s in written() if (found := catalogue.get(s)) is None or not found.string} == set()


def test_no_translation_is_left_over_from_a_sentence_that_is_gone() -> None:
    assert {message.id for message in chinese() if message.id} - written() == set()


def test_a_translation_fills_in_what_its_sentence_fills_in() -> None:
    faulty = {message.id: list(message.check()) for message in chinese() if message.id}

    assert {sentence: found for sentence, found in faulty.items() if found} == {}


def test_no_script_has_words_of_its_own() -> None:
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))

    assert scripts
    for script in scripts:
        code = [line.split("//")[0] for line in script.read_text("utf-8").splitlines()]
        assert not is_chinese("".join(code))
        assert len(code) <= 200
