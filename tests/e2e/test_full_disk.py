"""A disk is really full: clear words, no picture, and a curtain that closes at once."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from access.database import reading
from access.places import Outage
from app.errors import NOT_WELL_PAGE
from tests.cameras import PipCamera
from tests.e2e.living import LivingSchool
from tests.e2e.portal import living_portal
from tests.e2e.reader import boot
from tests.e2e.sentences import CURTAIN, WAITING, in_both
from tests.e2e.small_disks import kept_full, small_disk, where_one_may_mount
from tests.e2e.waiting import until
from tests.e2e.watched import Watched, being_watched, both_times, ends_three_ways, is_drawn

#: What a device is answered in that asks for no language.
CHINESE = "zh_Hans_CN"


def empty_the_write_ahead_log(school: LivingSchool) -> bool:
    """Leave the database no room that it took before; say whether nobody was in the way."""
    with school.living.world.database.connect() as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    return not busy


def trouble(school: LivingSchool) -> str | None:
    """Return what is the matter with a camera, as the records have it."""
    with reading(school.living.world.database) as connection:
        return connection.execute(select(Outage.state).where(Outage.ended_at.is_(None))).scalar()


def says_that_it_is_not_well(watched: Watched) -> None:
    answer = watched.open_anew()
    assert (answer.status, answer.body.decode()) == (503, NOT_WELL_PAGE)


def waits_for_the_camera(watched: Watched) -> None:
    watched.school.open_curtain()
    opened = boot()
    viewing = json.loads(watched.open_anew().body)["viewing"]
    until("its trouble has a name", lambda: trouble(watched.school) == "camera:storage_full", 20)
    status = watched.reader.status(viewing)
    assert (status["state"], status["words"]) == ("waiting", in_both(WAITING)[CHINESE])
    assert watched.seconds_of_bytes(opened) == []


@pytest.mark.parametrize(
    ("which", "meanwhile"),
    [
        pytest.param("disk", says_that_it_is_not_well, id="database disk"),
        pytest.param("ram", waits_for_the_camera, id="ram disk"),
    ],
)
@where_one_may_mount
def test_a_full_disk_shows_nothing_more_says_so_and_the_curtain_still_works(
    request: pytest.FixtureRequest, tmp_path: Path, which: str, meanwhile: Callable[[Watched], None]
) -> None:
    disks = {
        "disk": small_disk(tmp_path / "disk", megabytes=24),
        "ram": small_disk(tmp_path / "ram", megabytes=4),
    }
    with PipCamera() as camera, living_portal(disks["disk"], disks["ram"]) as living:
        school = LivingSchool(living, camera.address)
        living.start()
        with ExitStack() as watching:
            everybody = [watching.enter_context(being_watched(school)) for _ in range(3)]
            watched = everybody[-1]  # before whom the curtain is drawn
            until("no room is left over", lambda: empty_the_write_ahead_log(school), 10)
            with kept_full(disks[which]):
                asked = ends_three_ways(everybody)
                status = watched.reader.status(watched.viewing)
                assert status["words"] == in_both(CURTAIN)[CHINESE]
                meanwhile(watched)
            until("it is recorded once there is room", lambda: is_drawn(school) or which == "ram", 30)
            until("it is in the log", lambda: all(both_times(school, *one) for one in asked.items()), 30)
            school.open_curtain()
            until("pictures are served again", watched.can_watch, 30)
