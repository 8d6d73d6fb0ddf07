"""Entries found by what they mention: every combination, page by page, as by reading all of them."""

import random
from datetime import timedelta
from typing import Any

import pytest

from access.database import reading, writing
from access.log import finding
from access.log.canonical import Json
from access.log.entry import Entry, append, read_entries
from access.log.finding import Filter, find
from access.log.mentions import What, mentions_of
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING

KINDS = ("log:read", "curtain:drawn", "viewing:refused")
SOME = 300


@pytest.fixture
def filled(written: WritingSchool) -> WritingSchool:
    """A log of some hundred entries that mention this and that, some recorded late."""
    chance = random.Random(7)  # noqa: S311
    with writing(written.world.database) as connection:
        for number in range(SOME):
            late = timedelta(hours=20) if chance.random() < 0.05 else timedelta()
            body: dict[str, Json] = {
                "actor": {"person": chance.choice([written.guardian, written.office.person_id])},
                "reason": chance.choice(["hours:closed", "room:curtain", "as they asked"]),
                "subject": {"room": written.room, "child": chance.choice([1, 2, 3])},
            }
            at = MORNING + timedelta(hours=number) - late
            append(connection, log=written.id, kind=chance.choice(KINDS), at=at, body=body)
    return written


def passes(entry: Entry, filters: list[Filter], span: dict[str, Any]) -> bool:
    mentioned = mentions_of(entry.kind, entry.body)
    by_filters = all(any((one.what.value, value) in mentioned for value in one.values) for one in filters)
    since, until = span.get("since"), span.get("until")
    return by_filters and (since is None or entry.at >= since) and (until is None or entry.at < until)


@pytest.mark.parametrize("looked_at", [7, 4_000], ids=["little at a time", "much at a time"])
def test_pages_have_what_reading_everything_finds(
    filled: WritingSchool, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", looked_at)
    monkeypatch.setattr(finding, "ASKED_AT_ONCE", (2, 3))
    chance = random.Random(looked_at)  # noqa: S311
    with reading(filled.world.database) as connection:
        everything = read_entries(connection, filled.id, limit=10_000)
        for _ in range(60):
            filters = chance.sample(
                [
                    Filter(What.KIND, tuple(chance.sample(KINDS, chance.choice([1, 2])))),
                    Filter(What.PERSON, (str(filled.guardian),)),
                    Filter(What.CHILD, (str(chance.choice([1, 2, 3])),)),
                    Filter(What.REASON, ("hours:closed",)),
                    Filter(What.ROOM, (str(filled.room),)),
                ],
                chance.randrange(4),
            )
            bounds = sorted(MORNING + timedelta(hours=chance.randrange(-30, SOME + 30)) for _ in range(2))
            within = {"since": bounds[0], "until": bounds[1]}
            span: dict[str, Any] = chance.choice(({}, {"since": bounds[0]}, within))
            found: list[Entry] = []
            before: int | None = None
            while True:
                page = find(connection, filled.id, filters, **span, before=before, limit=5)
                found += page.entries
                if page.go_on_before is None:
                    break
                assert before is None or page.go_on_before < before
                before = page.go_on_before

            assert found == [entry for entry in everything if passes(entry, filters, span)]


def test_where_two_wide_filters_never_meet_it_says_how_far_back_it_looked(
    filled: WritingSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_AT", 10)
    never = [Filter(What.KIND, ("log:read",)), Filter(What.KIND, ("curtain:drawn",))]

    with reading(filled.world.database) as connection:
        size = read_entries(connection, filled.id, limit=1)[0].number + 1
        page = find(connection, filled.id, never, limit=5)

    assert page.entries == []
    assert page.go_on_before is not None
    assert size - 100 < page.go_on_before < size - 10


def test_another_schools_entries_are_found_by_nothing(filled: WritingSchool) -> None:
    with reading(filled.world.database) as connection:
        elsewhere = find(connection, filled.id + 1, [Filter(What.ROOM, (str(filled.room),))], limit=5)

    assert elsewhere.entries == []
