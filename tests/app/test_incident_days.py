"""That an incident is found however much else there is, and that the search says how far it came."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from access.database import reading
from access.log.incident_days import LOOKED_AT, Searched, incidents_in
from access.log.unusual_days import unusual_days
from tests.long_log import Said, fill
from tests.month.days import ZONE
from tests.school import Guardian, School

SECOND = timedelta(seconds=1)
MANY = LOOKED_AT // 2 + 500


class Told:
    """Entries of a school, written by hand from a moment on."""

    def __init__(self, school: School) -> None:
        self.school, self.at = school, school.clock.now()
        self.since = self.at - SECOND

    def writes(self, said: Iterator[Said] | list[Said]) -> None:
        fill(self.school.world.database, self.school.id, said, with_tree=True)

    def now(self) -> datetime:
        self.at += SECOND
        return self.at

    def says(self, kind: str, subject: dict[str, Any], **more: Any) -> Said:
        person = subject.get("person", self.school.staff["teacher"])
        actor = {"person": person, "via": "web"}
        return kind, self.now(), {"actor": actor, "reason": "", "subject": subject, **more}

    def takes_back(self, of: Guardian) -> None:
        self.writes([self.says("consent:withdrawn", {"person": of.person, "child": of.child})])

    def watched(
        self, by: Guardian, group: str, level: str, times: int = 1, seconds: int = 20
    ) -> Iterator[Said]:
        for _ in range(times):
            at = self.now()
            subject: dict[str, Any] = {
                "viewing": f"v{at.timestamp():.0f}",
                "person": by.person,
                "child": by.child,
                "class_group": self.school.class_groups[group],
                "room": self.school.rooms[group],
                "guardianship": by.guardianship,
                "sign_in": 1,
            }
            said: dict[str, Any] = {"actor": {"person": by.person, "via": "web"}, "reason": ""}
            end = at + seconds * SECOND
            yield "viewing:opened", at, {**said, "subject": {**subject, "grants": []}, "level": level}
            yield "viewing:closed", end, {**said, "subject": subject, "ended_at": end.isoformat()}

    def finds(self, before: int | None = None, since: datetime | None = None) -> Searched:
        with reading(self.school.world.database) as connection:
            until = self.at + timedelta(hours=1)
            return incidents_in(connection, self.school.id, since or self.since, until, before)


@pytest.fixture
def told(school: School) -> Told:
    return Told(school)


def test_ten_thousand_viewings_of_others_push_no_incident_away(told: Told) -> None:
    oak, elm = told.school.guardian(of="Oak"), told.school.guardian(of="Elm")
    told.takes_back(oak)
    told.writes(told.watched(oak, "Oak", "clear"))
    told.writes(told.watched(elm, "Elm", "clear", times=10_500, seconds=1))

    found = told.finds()
    with reading(told.school.world.database) as connection:
        days = unusual_days(connection, told.school.id, ZONE, told.since, told.at, before=None)

    assert [one.person_id for one in found.found] == [oak.person]
    assert found.go_on_before is None
    assert days.incidents.found == found.found


def test_where_the_work_of_a_page_is_used_up_it_says_so_and_goes_on_to_the_incident(told: Told) -> None:
    oak = told.school.guardian(of="Oak")
    told.takes_back(oak)
    told.writes(told.watched(oak, "Oak", "clear"))
    told.writes(told.watched(oak, "Oak", "figures", times=MANY, seconds=1))

    first = told.finds()
    assert first.found == []
    assert first.back_to is not None
    assert first.back_to > told.since
    assert first.go_on_before is not None
    second = told.finds(first.go_on_before)

    assert [one.person_id for one in second.found] == [oak.person]
    assert second.go_on_before is None
    assert first.viewings + second.viewings == MANY + 1


def test_sixty_consents_taken_back_later_push_no_incident_away(told: Told) -> None:
    oak = told.school.guardian(of="Oak")
    elm = told.school.guardian(of="Elm")
    told.takes_back(oak)
    for _ in range(60):
        told.takes_back(elm)
    told.writes(told.watched(oak, "Oak", "clear"))

    assert len(told.finds().found) == 1


def test_a_viewing_is_told_once_where_both_parents_took_their_consent_back(told: Told) -> None:
    mother = told.school.guardian(of="Oak")
    father = told.school.guardian(of="Oak", beside=mother)
    told.takes_back(mother)
    told.takes_back(father)
    told.writes(told.watched(mother, "Oak", "clear"))

    assert len(told.finds().found) == 1


def test_what_is_agreed_to_again_or_hidden_or_over_at_once_is_none(told: Told) -> None:
    oak, elm = told.school.guardian(of="Oak"), told.school.guardian(of="Elm")
    told.writes(told.watched(oak, "Oak", "clear", seconds=3))
    told.takes_back(oak)
    told.writes(told.watched(oak, "Oak", "figures"))
    told.writes(told.watched(elm, "Elm", "clear"))
    assert told.finds().found == []

    told.writes([told.says("consent:given", {"person": oak.person, "child": oak.child})])
    told.writes(told.watched(oak, "Oak", "clear"))
    assert told.finds().found == []


def test_a_viewing_that_was_open_when_consent_was_taken_back_and_stayed_is_an_incident(told: Told) -> None:
    oak = told.school.guardian(of="Oak")
    told.writes(told.watched(oak, "Oak", "clear", seconds=60))
    told.takes_back(oak)

    (found,) = told.finds().found

    assert found.since < told.at < found.until


def test_whoever_went_home_is_not_shown_until_they_come_back(told: Told) -> None:
    oak = told.school.guardian(of="Oak")
    told.takes_back(oak)
    told.writes([told.says("attendance:out", {"attendance": 1, "child": oak.child})])
    told.writes(told.watched(oak, "Oak", "clear"))
    assert told.finds().found == []
    told.at += timedelta(days=3)  # he last went home before the days that are asked for
    days, told.since = told.since, told.at
    told.writes(told.watched(oak, "Oak", "clear"))
    assert told.finds().found == []

    told.at += timedelta(minutes=1)
    told.writes([told.says("attendance:in", {"attendance": 2, "child": oak.child})])
    told.writes(told.watched(oak, "Oak", "clear"))

    assert len(told.finds().found) == 1
    assert len(told.finds(since=days).found) == 1
