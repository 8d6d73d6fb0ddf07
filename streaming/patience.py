"""When a camera that was lost is tried again, and when others get its place. Pure: time is handed in."""

from streaming.states import CameraState

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 7.0
#: Cameras lock out who knocks too often with a wrong password.
LONGEST_PAUSES: dict[CameraState | None, float] = {CameraState.WRONG_PASSWORD: 60.0}
#: Who was live for so long starts again with the shortest pause.
PROVEN_SECONDS = 30.0
#: A camera that gave no picture for so long has had its turn, where others of its recorder wait.
TURN_SECONDS = 60.0


class Patience:
    """With one camera: pauses that double, up to what its fault asks for.

    Args:
        turn_seconds: without a picture for so long, it has had its turn.
    """

    def __init__(self, turn_seconds: float = TURN_SECONDS) -> None:
        self._turn_seconds = turn_seconds
        self._until = 0.0
        self._pause = FIRST_PAUSE_SECONDS
        self._failing_since: float | None = None

    def may_try(self, now: float) -> bool:
        """Say whether the pause is over."""
        return now >= self._until

    def lost(self, state: CameraState | None, *, live_since: float | None, now: float) -> None:
        """Take note that the camera was lost, after it was live since *live_since*, or never."""
        if live_since is not None:
            self._failing_since = None
            if now - live_since >= PROVEN_SECONDS:
                self._pause = FIRST_PAUSE_SECONDS
        self._failing_since = now if self._failing_since is None else self._failing_since
        pause = min(self._pause, LONGEST_PAUSES.get(state, LONGEST_PAUSE_SECONDS))
        self._until = now + pause
        self._pause = 2 * pause

    def had_its_turn(self, now: float) -> bool:
        """Say whether it has failed for so long that others come first; then its next turn begins anew."""
        had = self._failing_since is not None and now - self._failing_since >= self._turn_seconds
        if had:
            self._failing_since = None
        return had
