"""What can be said of a camera's picture: stable strings, told to people elsewhere."""

from enum import StrEnum


class CameraState(StrEnum):
    """How a camera fares. Written to the access log, so never renamed."""

    CONNECTING = "camera:connecting"
    #: Not wanted any more: nobody may watch its room now.
    NOT_DUE = "camera:not_due"
    LIVE = "camera:live"
    WRONG_PASSWORD = "camera:wrong_password"  # noqa: S105  # a state
    #: No answer from that address at all, or the name is unknown.
    NO_ROUTE = "camera:no_route"
    #: It answered, and said no.
    REFUSED = "camera:refused"
    STALLED = "camera:stalled"
    ENDED = "camera:ended"
    NOT_VIDEO = "camera:not_video"
    UNSUPPORTED_CODEC = "camera:unsupported_codec"
    #: Its name leads to an address that no camera may have, such as this machine's own.
    FORBIDDEN_ADDRESS = "camera:forbidden_address"
    #: Its recorder bears no more connections than there are.
    RECORDER_FULL = "camera:recorder_full"
    #: It sent us elsewhere, where we do not go.
    REDIRECTED = "camera:redirected"
    #: Data came, and no picture in it.
    NO_FRAMES = "camera:no_frames"
    STORAGE_FULL = "camera:storage_full"
    #: Its process ended without a word, or kept silent and was ended.
    KILLED = "camera:killed"

    @classmethod
    def read(cls, state: object) -> "CameraState":
        """Return what a camera process names as its state; what it makes up counts as no word at all."""
        try:
            return cls(str(state))
        except ValueError:
            return cls.KILLED
