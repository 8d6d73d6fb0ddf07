"""What can go wrong in ``access``, in the caller's terms.

::

    AccessError
    ├── RecordsUnavailable    the database does not answer; nothing was written
    ├── LogUnavailable        an entry could not be written; nothing was served
    ├── TooBusy               too many ask for the same costly work; nothing was done
    ├── SealBroken            a sealed secret does not open
    ├── RightEnded            the right to a viewing has ended, or there never was one
    ├── Malformed             a text or bytes are not of the format they should be
    ├── Unverified            well formed, but a proof or a signature does not hold
    └── Refused               an act that the rules do not allow, with a stable reason
"""


class AccessError(Exception):
    """Base of what ``access`` raises on purpose."""


class RecordsUnavailable(AccessError):
    """The database did not answer in time, or refused; nothing was written."""


class LogUnavailable(AccessError):
    """No entry could be written, so nothing may be served."""


class TooBusy(AccessError):
    """Too many wait for the same costly work; whoever asked may ask again shortly."""


class SealBroken(AccessError):
    """A sealed secret does not open: another key, another record, or changed bytes."""


class RightEnded(AccessError):
    """There is no right to this viewing (any more), for whatever cause."""


class Malformed(AccessError):
    """What was read is not of its format: nothing of it may be used."""


class Unverified(AccessError):
    """A proof does not lead to its root, or no trusted key signed: nothing of it may be believed."""


class Refused(AccessError):
    """An act was refused by a rule, or its words make no sense.

    Args:
        reason: stable string ``subject:what``, translated for the reader at the edge.
        detail: what was wrong with it, without secrets and without names of children.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail
