"""What a family is told of when a room closes and opens: as if it had no budgets.

Pure. What is left of a budget follows what others of the family watch, to the second: an end that
moved would tell each of them when another looks. The bytes stop where :func:`access.policy.decide`
says, and of the budget itself only a rounded number is told (:func:`access.budgets.left_of_day`).
"""

from dataclasses import replace
from datetime import datetime

from access.policy import Allowed, Decision, Denied, ViewingFacts, decide
from access.spans import ALWAYS


def as_told(decision: Decision, facts: ViewingFacts, now: datetime) -> Decision:
    """Return *decision* upon *facts* with the instants that may be told of it; for no bytes."""
    if isinstance(decision, Denied):
        return refusal_as_told(decision, facts, now)
    return replace(decision, until=told_until(decision, facts, now))


def told_until(allowed: Allowed, facts: ViewingFacts, now: datetime) -> datetime:
    """Return until when the room is told to be open, where it is."""
    apart = decide(_unbudgeted(facts), now)
    return apart.until if isinstance(apart, Allowed) else allowed.until


def refusal_as_told(denied: Denied, facts: ViewingFacts, now: datetime) -> Denied:
    """Return a refusal with when the room is told to open next.

    One for a budget keeps its opening, which is another day's. Any other would tell whether the budget
    lasts until then, and so whether somebody watches just now.
    """
    apart = decide(_unbudgeted(facts), now)
    return apart if isinstance(apart, Denied) and apart.reason is denied.reason else denied


def _unbudgeted(facts: ViewingFacts) -> ViewingFacts:
    paths = (replace(path, in_budget=(ALWAYS,), on_devices=(ALWAYS,)) for path in facts.paths)
    return replace(facts, paths=tuple(paths))
