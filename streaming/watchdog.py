"""Tell when a camera that seems to be there gives nothing. Pure: time is handed in."""

from datetime import datetime, timedelta

from streaming.errors import SourceLost
from streaming.states import CameraState

#: Naming and describing the camera, opening it.
CONNECT_LIMIT = timedelta(seconds=8)
#: Key frames may be ten seconds apart, and before one there is nothing to decode.
FIRST_PICTURE_LIMIT = timedelta(seconds=15)
#: After a longer pause than this nothing that the camera kept meanwhile is believed.
STALL_LIMIT = timedelta(seconds=1)
#: Pictures that queued up for this long on their way are no live view any more.
LATENESS_LIMIT = timedelta(seconds=3)


class Watchdog:
    """Told of what comes from one connection, which began at *began*; aware.

    Its parts are each set by one thread and read by another.
    """

    def __init__(self, began: datetime) -> None:
        self._began = began
        self._first_data: datetime | None = None
        self._last_data: datetime | None = None
        self._last_picture: datetime | None = None
        self._last_camera_time = timedelta(0)

    def saw_data(self, at: datetime) -> None:
        """Take note that data came, with or without a picture."""
        self._first_data = self._first_data or at
        self._last_data = at

    def saw_picture(self, at: datetime, camera_time: timedelta) -> None:
        """Take note of a picture and what the camera's clock says of it.

        Raises:
            SourceLost: it came after a stall, or the camera's clock jumped.
        """
        last, elapsed = self._last_picture, camera_time - self._last_camera_time
        self._last_picture, self._last_camera_time = at, camera_time
        if last is None:
            return
        waited = at - last
        if waited > STALL_LIMIT or elapsed < timedelta(0) or abs(elapsed - waited) > STALL_LIMIT:
            raise SourceLost(CameraState.STALLED)

    def check(self, now: datetime) -> None:
        """Look whether something is overdue.

        Raises:
            SourceLost: something is.
        """
        if self._last_picture is not None:
            if now - self._last_picture > STALL_LIMIT:
                raise SourceLost(CameraState.STALLED)
        elif self._last_data is None or self._first_data is None:
            if now - self._began > CONNECT_LIMIT:
                raise SourceLost(CameraState.NO_ROUTE)
        elif now - self._last_data > 2 * STALL_LIMIT:
            raise SourceLost(CameraState.STALLED)
        elif now - self._first_data > FIRST_PICTURE_LIMIT:
            raise SourceLost(CameraState.NO_FRAMES)
