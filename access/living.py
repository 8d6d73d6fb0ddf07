"""What still holds of people and their sign-ins, also while everything is stopped.

What stops every picture keeps nobody out: people sign in, prove who they are and act, or
no staff could open again. They are kept out by marks on them and on what is theirs.
"""

from collections.abc import Iterable

from access.stops import EVERYTHING, Mark, Scope, StopMarks


def stopped_itself(stops: StopMarks, marks: Iterable[Mark]) -> frozenset[Mark]:
    """Return which of *marks* are set themselves, whether or not everything is stopped.

    A table that is full or damaged may lack a mark. Then the journal has its ending, or the
    records do.
    """
    wanted = frozenset(marks)
    stopped = stops.stopped(wanted)
    if EVERYTHING in stopped:
        stopped = stops.in_force() | stops.waiting()
    return wanted & stopped


def marks_on(sign_in_id: int, person_id: int) -> tuple[Mark, ...]:
    """Return the marks either of which ends a sign-in, whatever the records say."""
    return Mark(Scope.SIGN_IN, sign_in_id), Mark(Scope.PERSON, person_id)
