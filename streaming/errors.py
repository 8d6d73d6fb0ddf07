"""What can go wrong in ``streaming``, in the caller's terms.

::

    StreamingError
    ├── SegmentNotFound      the ring does not hold it (any more), or what it holds is not to be believed
    ├── BadMask              an area to hide that cannot be understood; nothing is filmed
    ├── SourceRefused        the source cannot be used as it is; trying again changes nothing by itself
    └── SourceLost           the source gave pictures, or could have, and does not now
        └── StorageFull      there is no room left to write a segment

No message holds the address of a camera.
"""


class StreamingError(Exception):
    """Base of what ``streaming`` raises on purpose."""


class SegmentNotFound(StreamingError):
    """There is no such segment or init section, or it is malformed."""


class BadMask(StreamingError):
    """A mask is not a polygon in thousandths of the picture."""


class SourceRefused(StreamingError):
    """The source cannot be used.

    Args:
        state: stable string ``camera:what``.
    """

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class SourceLost(StreamingError):
    """The source stopped giving pictures.

    Args:
        state: stable string ``camera:what``.
    """

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class StorageFull(SourceLost):
    """The RAM directory has no room; what did not fit was never visible."""

    def __init__(self) -> None:
        super().__init__("camera:storage_full")
