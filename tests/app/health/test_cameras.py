"""The way to the cameras: told without an address, and asked only when somebody may watch."""

from datetime import timedelta

import pytest

from access.outages import record_camera_state
from access.vault import Vault
from app.health import cameras
from app.health.finding import Finding, State
from streaming.states import CameraState
from tests.school import CAMERA_ADDRESS, School


def key(school: School, room: str) -> str:
    return school.camera(room).key


def may_be_connected(school: School) -> dict[str, str]:
    found = cameras.may_be_connected(
        school.world.database, school.world.vault, school.world.stops, school.clock.now()
    )
    assert isinstance(found, dict)
    return found


def said(findings: list[Finding]) -> dict[State, list[str]]:
    return {
        state: [str(finding.sentence) for finding in findings if finding.state is state] for state in State
    }


def test_only_cameras_that_somebody_may_watch_may_be_connected(school: School) -> None:
    assert may_be_connected(school) == {
        key(school, "Oak"): CAMERA_ADDRESS,
        key(school, "Elm"): CAMERA_ADDRESS,
    }

    school.draws_curtain("Oak")

    assert set(may_be_connected(school)) == {key(school, "Elm")}


@pytest.mark.parametrize(
    ("hours", "number"),
    [
        pytest.param(timedelta(hours=2, minutes=1), 0, id="after the hours"),
        pytest.param(timedelta(hours=23, minutes=14), 0, id="sixteen minutes before them"),
        pytest.param(timedelta(hours=23, minutes=16), 2, id="fourteen minutes before them"),
    ],
)
def test_a_quarter_of_an_hour_before_the_hours_is_soon_enough(
    school: School, hours: timedelta, number: int
) -> None:
    school.clock.advance(hours)  # from half past nine; the hours are 09:00 to 11:30

    assert len(may_be_connected(school)) == number


def test_a_camera_that_nobody_may_watch_is_not_asked(school: School) -> None:
    knocked: list[str] = []

    found = list(
        cameras.route_findings(
            school.world.database,
            [school.id],
            school.clock.now(),
            addresses={key(school, "Oak"): CAMERA_ADDRESS},
            knock=knocked.append,
        )
    )

    assert knocked == [CAMERA_ADDRESS]
    assert [finding.state for finding in found] == [State.UNKNOWN, State.WELL]
    assert "nobody may watch now" in str(found[0].sentence)


def test_a_camera_that_does_not_answer_is_wrong_and_its_address_is_told_nowhere(school: School) -> None:
    found = list(
        cameras.route_findings(
            school.world.database,
            [school.id],
            school.clock.now(),
            addresses=may_be_connected(school),
            knock=lambda _: CameraState.NO_ROUTE.value,
        )
    )

    assert [finding.state for finding in found] == [State.WRONG, State.WRONG]
    told = " ".join(f"{finding.sentence} {finding.remedy} {finding.detail}" for finding in found)
    assert "not reachable" in told
    assert "canary" not in told
    assert "192.0.2.7" not in told


def test_a_key_that_sealed_no_camera_is_wrong(school: School) -> None:
    found = cameras.may_be_connected(
        school.world.database, Vault(b"\1" * 32), school.world.stops, school.clock.now()
    )

    assert isinstance(found, Finding)
    assert found.state is State.WRONG


def test_what_the_running_portal_wrote_down_is_told_of_ones_own_school_only(school: School) -> None:
    neighbour = school.neighbour()
    school.camera("Elm").films_segment()
    at = school.clock.now()
    record_camera_state(school.world, key(school, "Oak"), "camera:wrong_password", at)
    record_camera_state(school.world, neighbour.camera("Rowan").key, "camera:stalled", at)

    found = list(cameras.standing_findings(school.world.database, [school.id], at))

    assert len(said(found)[State.WRONG]) == 1
    assert "wrong password" in said(found)[State.WRONG][0]
    assert "gives pictures" in said(found)[State.WELL][0]
    assert "Rowan" not in str(said(found))


def test_an_outage_that_is_over_is_told_in_school_time(school: School) -> None:
    at = school.clock.now()
    record_camera_state(school.world, key(school, "Oak"), "camera:no_route", at)
    record_camera_state(school.world, key(school, "Oak"), "camera:live", at + timedelta(minutes=5))

    *_, over = cameras.standing_findings(school.world.database, [school.id], at)

    assert over.state is State.WELL
    assert "from 2026-03-10 09:3" in str(over.sentence)
    assert "not reachable" in str(over.sentence)
