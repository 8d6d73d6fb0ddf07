"""The machine's clock: kept right by somebody, and believed by the portal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from flask_babel import lazy_gettext

from access.clock_trust import ClockDoubt
from app.health.finding import Finding, look, unknown, well, wrong

#: No machine that runs this ever saw an earlier day.
OLDEST = 2026

SET_IT = lazy_gettext(
    "Set date and time right (`timedatectl set-ntp true`). If they are right already, confirm it: "
    "./portal clock confirm."
)
DOUBTS = {
    ClockDoubt.BEHIND: lazy_gettext("The clock is behind what the log holds already: everything is closed."),
    ClockDoubt.SET: lazy_gettext("Somebody set the clock since the machine started: everything is closed."),
    ClockDoubt.UNSURE: lazy_gettext(
        "Nobody keeps the clock right, and the log cannot vouch for it: everything is closed."
    ),
}


class Doubting(Protocol):
    """What asks the log."""

    def doubt(self) -> ClockDoubt | None:
        """Return why the clock is not believed."""
        ...


def clock_findings(
    now: datetime, trust: Doubting | None, *, is_synchronised: bool | None
) -> Iterator[Finding]:
    """Say whether the clock is right, as far as this machine can tell.

    Args:
        now: what the wall clock says; aware.
        trust: what asks the log; None where there is no database yet.
        is_synchronised: what the kernel says; None where it says nothing.
    """
    told = f"{now:%Y-%m-%d %H:%M} UTC"
    doubt = trust.doubt() if trust else None
    if now.year < OLDEST:
        yield wrong(lazy_gettext("The clock says %(now)s: everything is closed.", now=told), SET_IT)
    elif doubt in DOUBTS:
        yield wrong(DOUBTS[doubt], SET_IT, detail=told)
    elif is_synchronised is None:
        yield unknown(
            lazy_gettext(
                "The clock says %(now)s; this system does not tell whether somebody keeps it right.", now=told
            ),
            lazy_gettext("Compare it with a phone."),
        )
    elif not is_synchronised:
        yield look(
            lazy_gettext("The clock says %(now)s, and nobody keeps it right.", now=told),
            lazy_gettext(
                "Type `timedatectl set-ntp true`, or look at the clock of the machine that hosts this one."
            ),
        )
    else:
        yield well(lazy_gettext("The clock says %(now)s, and is kept right.", now=told))


def running_clock_finding(*, believable: bool) -> Iterator[Finding]:
    """Say, inside of the running portal, whether somebody set the clock since it started."""
    if not believable:
        yield wrong(
            lazy_gettext("Somebody set the clock while the portal ran: everything is closed."),
            lazy_gettext("Set it right again, or restart the portal if it is right now."),
        )
