"""When pictures were filmed, as a span that is surely wide enough. Pure.

A picture arrives after it was filmed, by an unknown delay. The camera's own clock has
no delay and no anchor; arrival has both. The smallest difference ever seen between the
two is the best anchor, so it is kept, and never made larger again: film time never
moves forward within a connection, whatever arrives late.
"""

from datetime import UTC, datetime, timedelta

from streaming.ticks import TICKS_PER_SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FilmClock:
    """Film time of one connection to a camera.

    Args:
        delay_allowance: the longest that a picture may need from the lens to us, at best.

    Source:
        docs/design.md, "Cameras": film time is a cautious span.
    """

    def __init__(self, delay_allowance: timedelta) -> None:
        if delay_allowance < timedelta(0):
            raise ValueError("a picture cannot arrive before it is filmed")
        self._delay_allowance = delay_allowance
        self._offset: timedelta | None = None  # the smallest of arrival minus camera time

    def saw(self, ticks: int, arrived: datetime) -> timedelta:
        """Take note that the picture of camera time *ticks* arrived; return how late, at least.

        Late is against the quickest picture of this connection. It grows when data
        queues up on the way, and slowly when the camera's clock is slower than ours.
        """
        offset = arrived - _camera_time(ticks)
        if self._offset is None or offset < self._offset:
            self._offset = offset
        return offset - self._offset

    def filmed(self, first_ticks: int, end_ticks: int) -> tuple[datetime, datetime]:
        """Return the cautious span of what lies in ``[first_ticks, end_ticks)``; aware.

        Raises:
            ValueError: no picture was seen yet.
        """
        if self._offset is None:
            raise ValueError("no picture was seen yet")
        return (
            _camera_time(first_ticks) + self._offset - self._delay_allowance,
            _camera_time(end_ticks) + self._offset,
        )


def _camera_time(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks * 1_000_000 // TICKS_PER_SECOND)
