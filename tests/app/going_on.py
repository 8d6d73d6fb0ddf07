"""Time that passes while somebody watches."""

from datetime import timedelta

from access.clock import FrozenClock
from tests.guardian import Watching
from tests.school import School

#: A page asks each second; half a lease is often enough.
STEP = timedelta(seconds=5)


def goes_on(school: School, watching: Watching, clock: FrozenClock, by: timedelta) -> None:
    """Let time pass as it does while a page is open that asks how its viewing stands."""
    while by > timedelta():
        clock.advance(min(STEP, by))
        by -= STEP
        school.is_there(watching.browser)
        watching.status()
        school.viewings.renew_all()
