"""The way to each camera, told without its address, and asked only when somebody may watch.

While nobody may, a camera is not even connected; in the quarter of an hour before the
hours a connection without a picture is allowed. The running portal's own word comes
first: it is connected already, and a recorder bears only so many.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy import Engine

from access.camera_standing import CameraStanding, PastOutage, camera_standings, last_outage
from access.database import reading
from access.due import due_cameras
from access.errors import SealBroken
from access.outages import LIVE, NOT_DUE
from access.stops import StopMarks
from access.vault import Vault
from app.health.finding import Finding, unknown, well, wrong

#: So long before the hours a connection without a picture is allowed.
BEFORE_HOURS = timedelta(minutes=15)

#: Says why nobody answers at an address, or None where somebody does.
Knock = Callable[[str], str | None]

LOOK_UP = lazy_gettext(
    "Look the state up in docs/operations/camera-down.md; ./portal camera probe tries it once more."
)


def standing_findings(engine: Engine, school_ids: Collection[int], now: datetime) -> Iterator[Finding]:
    """Say how these schools' cameras stand, as the running portal has written it down."""
    with reading(engine) as connection:
        found = camera_standings(connection, school_ids, now)
        outage = last_outage(connection, school_ids)
    if not found:
        yield well(lazy_gettext("No camera is in use yet."))
    for camera in found:
        yield _as_recorded(camera)
    if outage is not None:
        yield _over(outage)


def route_findings(
    engine: Engine, school_ids: Collection[int], now: datetime, *, addresses: dict[str, str], knock: Knock
) -> Iterator[Finding]:
    """Say whether somebody answers at each camera's address; only of those in *addresses*.

    Args:
        addresses: of the cameras that may be connected now, by key.
    """
    with reading(engine) as connection:
        found = camera_standings(connection, school_ids, now)
    if not found:
        yield well(lazy_gettext("No camera is in use yet."))
    for camera in found:
        yield _knocked(camera, addresses, knock)


def may_be_connected(
    engine: Engine, vault: Vault, stops: StopMarks, now: datetime
) -> dict[str, str] | Finding:
    """Return the addresses of the cameras that are due now or within a quarter of an hour, by key."""
    try:
        with reading(engine) as connection:
            return {
                camera.source.key: camera.source.address
                for at in (now, now + BEFORE_HOURS)
                for camera in due_cameras(connection, vault, at, stops)
            }
    except SealBroken:
        return wrong(
            lazy_gettext("The key does not open the cameras' addresses: it is not the one that sealed them."),
            lazy_gettext("Put the right key file back; if it is lost, add the cameras anew."),
        )


def _as_recorded(camera: CameraStanding) -> Finding:
    told = {"camera": camera.name, "room": camera.room}
    if camera.state == LIVE:
        return well(lazy_gettext("%(room)s, %(camera)s: gives pictures.", **told))
    if camera.state == NOT_DUE or camera.since is None:
        return well(
            lazy_gettext("%(room)s, %(camera)s: not connected, because nobody may watch now.", **told)
        )
    return wrong(
        lazy_gettext(
            "%(room)s, %(camera)s: no picture since %(since)s (%(why)s).",
            since=_shown(camera.since, camera.zone),
            why=_why(camera.state),
            **told,
        ),
        LOOK_UP,
        detail=camera.state,
    )


def _knocked(camera: CameraStanding, addresses: dict[str, str], knock: Knock) -> Finding:
    told = {"camera": camera.name, "room": camera.room}
    if camera.key not in addresses:
        return unknown(
            lazy_gettext("%(room)s, %(camera)s: not asked, because nobody may watch now.", **told),
            lazy_gettext("Ask again in the viewing hours, or in the 15 minutes before."),
        )
    state = knock(addresses[camera.key])
    if state is None:
        return well(lazy_gettext("%(room)s, %(camera)s: somebody answers at its address.", **told))
    return wrong(
        lazy_gettext("%(room)s, %(camera)s: not reached (%(why)s).", why=_why(state), **told),
        LOOK_UP,
        detail=state,
    )


def _over(outage: PastOutage) -> Finding:
    return well(
        lazy_gettext(
            "The last outage is over: %(camera)s, from %(from)s to %(until)s (%(why)s).",
            camera=outage.camera,
            why=_why(outage.state),
            **{"from": _shown(outage.started_at, outage.zone), "until": _shown(outage.ended_at, outage.zone)},
        )
    )


def _shown(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _why(state: str) -> LazyString | str:
    """Return a camera's state as staff read it in the log."""
    from app.oversight.words import REASONS  # here, because its pages and this page's know each other

    return REASONS.get(state, state)
