"""Rights for the cutter's tests: real stop marks, and nothing else to ask."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from access.policy import CLEAR, Allowed, Stream, Way
from access.stops import Mark, Scope, StopMarks
from access.viewing import Leave
from streaming.store import SegmentInfo, StreamKey

STREAM = Stream(room_id=1, camera_key="c" * 22, epoch=1, level=CLEAR, ordinal=0)
GRANT = Mark(Scope.GRANT, 1)


class RightsByMarks:
    """Ends a right when its mark is set, or when it is taken out of the records."""

    def __init__(self, stops: StopMarks) -> None:
        self._stops = stops
        self.revisions = {1: 0}
        self.ended: set[str] = set()
        #: Cleared: the records keep whoever decides waiting.
        self.records_answer = threading.Event()
        self.records_answer.set()
        self.waiting = False
        self.delivered_segments: list[tuple[str, str, int, float, int]] = []

    def stopped(self, leave: Leave, now: datetime) -> bool:
        """Look at marks and the horizon."""
        return now >= leave.allowed.until or bool(self._stops.stopped(leave.marks))

    def revision(self, school_ids: Iterable[int]) -> dict[int, int]:
        """Return the revisions that were asked for."""
        return {school: self.revisions[school] for school in school_ids}

    def decide_again(self, leave: Leave) -> Leave | None:
        """Return the right, unless it was ended."""
        self.waiting = True
        self.records_answer.wait(30)
        self.waiting = False
        return None if leave.viewing_key in self.ended else leave

    def delivered(self, leave: Leave, rendition: str, k: int, seconds: float, epoch: int) -> None:
        """Note what was counted, as it was told."""
        self.delivered_segments.append((leave.viewing_key, rendition, k, seconds, epoch))


def leave_to(viewing_key: str, now: datetime, *, person: int = 1) -> Leave:
    """Return a right for an hour around *now*."""
    hour = timedelta(hours=1)
    way = Way(guardianship_id=1, child_id=1, class_group_id=1, enrolment_ids=(1,), grant_ids=(1,))
    return Leave(
        viewing_id=1,
        viewing_key=viewing_key,
        sign_in_id=1,
        person_id=person,
        school_id=1,
        revision=0,
        room_id=1,
        allowed=Allowed(since=now - hour, until=now + hour, level=CLEAR, way=way, stream=STREAM),
        marks=(GRANT,),
        lease_until=now + timedelta(seconds=10),
        told_until=now + hour,
    )


def second_of_film(k: int, filmed_until: datetime) -> SegmentInfo:
    """Return what a segment that was filmed just now says of itself."""
    return SegmentInfo(
        stream=StreamKey(camera=STREAM.camera_key, epoch=1, level=CLEAR),
        rendition="main",
        variant="a",
        k=k,
        init=1,
        filmed_from=filmed_until.astimezone(UTC) - timedelta(seconds=3),  # it may be two seconds late
        filmed_until=filmed_until.astimezone(UTC),
        duration_ticks=90_000,
        discontinuity=False,
    )
