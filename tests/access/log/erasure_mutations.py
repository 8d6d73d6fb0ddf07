"""What may be done to a log in which entries were erased, and by which entry that has to be named."""

from sqlalchemy import delete, insert, select

from access.log.findings import Wrong
from access.log.store import LogEntry, LogErasure
from tests.access.log.intruding import Done, Intruder


def erased_one(by: Intruder) -> int:
    """Return the number of some entry that was erased."""
    gone = select(LogEntry.number).where(LogEntry.log == by.log, LogEntry.body.is_(None))
    return by.chance.choice(sorted(by.connection.execute(gone).scalars()))


def whole_one(by: Intruder) -> int:
    """Return the number of some entry that was not, other than the erasure itself."""
    there = select(LogEntry.number).where(
        LogEntry.log == by.log, LogEntry.body.is_not(None), LogEntry.number < by.size - 1
    )
    return by.chance.choice(sorted(by.connection.execute(there).scalars()))


def erased_without_an_entry(by: Intruder) -> Done:
    number = whole_one(by)
    by.write(number, salt=None, body=None, person_id=None, room_id=None)
    return Done("erased without an entry", number, frozenset({Wrong.GONE}))


def erased_with_a_row_only(by: Intruder) -> Done:
    number = whole_one(by)
    by.write(number, salt=None, body=None, person_id=None, room_id=None)
    named = {"log": by.log, "first": number, "last": number, "entry": by.size - 1}
    by.connection.execute(insert(LogErasure).values(**named))
    return Done("erased with a row only", number, frozenset({Wrong.GONE}))


def said_anew(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, salt=by.chance.randbytes(32), body=b"{}")
    return Done("said anew", number, frozenset({Wrong.NOT_GONE}))


def half_said_anew(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, salt=by.chance.randbytes(32))
    return Done("half said anew", number, frozenset({Wrong.NOT_GONE}))


def found_again(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, person_id=1)
    return Done("found again", number, frozenset({Wrong.COLUMNS}))


def another_time(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, at=by.row(number)["at"].replace(year=2020))
    return Done("another time", number, frozenset({Wrong.ERASURE}))


def another_kind(by: Intruder) -> Done:
    number = erased_one(by)
    kind = by.row(number)["kind"]
    by.write(number, kind="grant:issued" if kind != "grant:issued" else "grant:revoked")
    return Done("another kind", number, frozenset({Wrong.LEAF}))


def no_row(by: Intruder) -> Done:
    number = erased_one(by)
    covers = (LogErasure.log == by.log, LogErasure.first <= number, LogErasure.last >= number)
    by.connection.execute(delete(LogErasure).where(*covers))
    return Done("no row", None, frozenset({Wrong.GONE}))


def another_row(by: Intruder) -> Done:
    named = {"log": by.log, "first": 10 * by.size, "last": 11 * by.size, "entry": 3}
    by.connection.execute(insert(LogErasure).values(**named))
    return Done("another row", 10 * by.size, frozenset({Wrong.ERASURE}))


#: What is done to a log with erased entries, of which the last entry is the erasure.
ERASURE_MUTATIONS = (
    erased_without_an_entry,
    erased_with_a_row_only,
    said_anew,
    half_said_anew,
    found_again,
    another_time,
    another_kind,
    no_row,
    another_row,
)
