"""That the log of the month is one that the portal could have written, and the same each time."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from access.database import reading
from access.log.canonical import canonical
from access.log.entry import INSTALLATION, read_numbered
from access.log.kinds import KINDS
from access.log.store import LogEntry
from access.log.verify import verify
from tests.month.days import HOLIDAY, ZONE
from tests.month.month import Month, a_month

COUNT = 13_000


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """The smallest month: every day's attendance, and hardly a thousand viewings."""
    with a_month(tmp_path_factory.mktemp("month"), COUNT) as told:
        yield told


def test_the_log_of_the_month_is_whole(month: Month) -> None:
    with reading(month.school.world.database) as connection:
        reports = [verify(connection, log) for log in (month.school.id, INSTALLATION)]

    assert [report.findings for report in reports] == [[], []]
    assert sum(report.size for report in reports) > COUNT


def test_the_entries_are_spelled_and_say_what_those_of_the_acts_do(month: Month) -> None:
    seen: Counter[str] = Counter()
    with reading(month.school.world.database) as connection:
        asked = select(LogEntry.log, LogEntry.number, LogEntry.kind, LogEntry.body)
        rows = connection.execute(asked).all()
        for row in rows:
            seen[row.kind] += 1
            if seen[row.kind] == 1:
                (entry,) = read_numbered(connection, row.log, [row.number])
                assert canonical(dict(entry.body)) == row.body
                assert KINDS[row.kind].subject <= set(entry.body["subject"]), row.kind
                assert KINDS[row.kind].besides <= set(entry.body), row.kind

    assert {"viewing:refused", "consent:withdrawn", "log:exported", "camera:lost", "sign_in:failed"} <= set(
        seen
    )


def test_nobody_watches_on_a_day_off_or_two_things_at_once_unless_that_is_the_story(month: Month) -> None:
    told = month.told
    days = {one.start.astimezone(ZONE).date() for one in told.seen}
    assert HOLIDAY not in days
    assert {day.weekday() for day in days} == set(range(5))

    both = {
        one.viewer.name
        for one in told.seen
        for other in told.seen
        if one is not other and one.viewer == other.viewer and one.start <= other.start < one.end
    }
    assert told.one_device is not None
    assert told.two_devices is not None
    assert both == {told.one_device.name, told.two_devices.name}


def test_the_month_is_the_same_each_time(month: Month, tmp_path: Path) -> None:
    with a_month(tmp_path, COUNT) as again:
        assert again.told.entries[INSTALLATION] == month.told.entries[INSTALLATION]
        assert again.told.entries[month.school.id] == month.told.entries[month.school.id]
