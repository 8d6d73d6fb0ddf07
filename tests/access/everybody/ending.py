"""One act that takes something away from whoever watches, as a line of a table."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.access.everybody.watched import HORIZON, MARK, REVISION, Watched

BY_MARK, BY_REVISION, BY_HORIZON = frozenset({MARK}), frozenset({REVISION}), frozenset({HORIZON})
BY_EITHER = BY_MARK | BY_REVISION


def nothing(watched: Watched) -> None:
    """Make nothing ready."""
    del watched


@dataclass(frozen=True, slots=True)
class Ending:
    """One act, whose viewings end with it, and why."""

    called: str
    act: Callable[[Watched], object]
    #: Who watches no longer; everybody else goes on.
    stops: frozenset[str]
    #: What the next decision says of the father, or of the aunt where he goes on.
    why: str
    #: How a picture that is being sent hears of it. A mark that the record carries is gone with it, so one
    #: that looks afterwards hears it from the records; one that looks in between, from the mark.
    heard: frozenset[str] = BY_MARK
    #: Done before anybody watches.
    ready: Callable[[Watched], object] = nothing
