"""When a camera that was lost is tried again. Pure: time is handed in."""

from streaming.states import CameraState

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 7.0
#: Cameras lock out who knocks too often with a wrong password.
LONGEST_PAUSES: dict[CameraState | None, float] = {CameraState.WRONG_PASSWORD: 60.0}
#: Who was live for so long starts again with the shortest pause.
PROVEN_SECONDS = 30.0


class Patience:
    """With one camera: pauses that double, up to what its fault asks for."""

    def __init__(self) -> None:
        self._until = 0.0
        self._pause = FIRST_PAUSE_SECONDS

    def may_try(self, now: float) -> bool:
        """Say whether the pause is over."""
        return now >= self._until

    def lost(self, state: CameraState | None, *, live_since: float | None, now: float) -> None:
        """Take note that the camera was lost, after it was live since *live_since*, or never."""
        if live_since is not None and now - live_since >= PROVEN_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        pause = min(self._pause, LONGEST_PAUSES.get(state, LONGEST_PAUSE_SECONDS))
        self._until = now + pause
        self._pause = 2 * pause
