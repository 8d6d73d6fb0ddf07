"""What a check found: one sentence, and what to do about it.

Sentences are for the staff's page as well as for the terminal, so they hold no path
of the machine and nothing of a camera's address; what only whoever sits at the
machine may read stands in ``detail``. They are translated when they are shown.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from flask_babel.speaklater import LazyString


class State(StrEnum):
    """How one thing stands; the value is what ``--json`` says."""

    WELL = "well"
    #: Nothing is closed by it yet.
    LOOK = "look"
    WRONG = "wrong"
    #: It could not be found out.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    state: State
    sentence: LazyString
    #: What to do; None where all is well.
    remedy: LazyString | None = None
    #: Paths and the like; never on a page, never a secret.
    detail: str = ""
    #: Which check it is of; set by whoever asks.
    check: str = ""

    def of(self, check: str) -> "Finding":
        """Return it as that check's."""
        return replace(self, check=check)


def well(sentence: LazyString, *, detail: str = "") -> Finding:
    """Return that nothing is to be done."""
    return Finding(State.WELL, sentence, detail=detail)


def look(sentence: LazyString, remedy: LazyString, *, detail: str = "") -> Finding:
    """Return what will become a trouble, or may be one."""
    return Finding(State.LOOK, sentence, remedy, detail)


def wrong(sentence: LazyString, remedy: LazyString, *, detail: str = "") -> Finding:
    """Return what must be mended."""
    return Finding(State.WRONG, sentence, remedy, detail)


def unknown(sentence: LazyString, remedy: LazyString, *, detail: str = "") -> Finding:
    """Return what this machine does not tell."""
    return Finding(State.UNKNOWN, sentence, remedy, detail)
