"""Carry out what two people decided about how long the log keeps what it says: daily, a little at a time.

A batch is one transaction, with the entry that says so; a kill in between loses nothing and repeats
nothing, for what is erased has no body any more. Between two batches others write. What is held, and
what a standing record rests on, is looked at again in the very transaction that erases.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, update

from access.closings import VIA_PORTAL
from access.database import now_utc_text, reading, writing
from access.holds import free, load_holds
from access.kept_lines import ERASED, kept_line
from access.log.canonical import Json
from access.log.entry import INSTALLATION
from access.log.erasing import AT_ONCE, Rule, erase, spans_of, truncate
from access.log.store import LogEntry
from access.people import School
from access.retention import Group, floor, kinds_of, months_before
from access.retention_records import ErasureRequest, RetentionSetting
from access.school_closing import SchoolClosing
from access.world import World

EVERY = timedelta(days=1)
#: Batches of one turn of the jobs, so that the others of them get theirs.
AT_A_TURN = 4
_ACTOR: Mapping[str, Json] = {"person": None, "via": VIA_PORTAL}


@dataclass(frozen=True, slots=True)
class Decided:
    """Something that two people decided to erase."""

    log: int
    rule: Rule
    #: The condition on :class:`LogEntry`, beside its log.
    which: ColumnElement[bool]
    #: Whose request it was, if it was one: id and school.
    request: tuple[int, int] | None = None

    @property
    def decision(self) -> tuple[int, str, Json]:
        """Return which decision it is, whenever it is carried out."""
        return self.log, self.rule.name, self.rule.details["entry"]


@dataclass(slots=True)
class Erasing:
    """One process's way through what is to be erased."""

    world: World
    #: When the next way through begins; at once after a start.
    due: datetime | None = None
    #: Bytes of what was erased lie in the write-ahead log still.
    untruncated: bool = False
    _waiting: list[Decided] | None = None
    _from: int = 0
    #: Entries erased since the start.
    erased: int = field(default=0)

    def turn(self) -> int:
        """Erase a few batches, if it is time; return how many entries that were.

        Raises:
            RecordsUnavailable, LogUnavailable: it goes on where it was at the next turn.
        """
        now, before = self.world.clock.now(), self.erased
        if self.world.clock.believable():
            for _ in range(AT_A_TURN):
                if not self._goes_on(now):
                    break
                self._batch(now)
        if self.untruncated:
            self.untruncated = not truncate(self.world.database)
        return self.erased - before

    def _goes_on(self, now: datetime) -> bool:
        if self._waiting is None:
            if self.due is not None and now < self.due:
                return False
            with reading(self.world.database) as connection:
                self._waiting, self._from = decided(connection, now), 0
        if not self._waiting:
            self._waiting, self.due = None, now + EVERY
            return False
        return True

    def _batch(self, now: datetime) -> None:
        """Do one batch of the first that waits, or let it go where nothing is left of it."""
        assert self._waiting  # noqa: S101  # what goes on has something
        of = self._waiting[0]
        with reading(self.world.database) as connection:
            numbers, last = _found(connection, of, self._from, now)
        if numbers and not self._erase(of, numbers, now):
            self._waiting = None  # it was decided otherwise meanwhile: begin anew
            return
        if last is None:
            self._done(of, now)
            self._waiting, self._from = self._waiting[1:], 0
        else:
            self._from = last + 1

    def _erase(self, of: Decided, numbers: list[int], now: datetime) -> bool:
        """Erase some entries; say whether that is still what was decided."""
        with ExitStack() as kept, writing(self.world.database) as connection:
            still = next((one for one in decided(connection, now) if one.decision == of.decision), None)
            if still is None:
                return False
            rows = connection.execute(_rows(still, self._from).where(LogEntry.number.in_(numbers))).all()
            holds = load_holds(connection, of.log)
            chosen = [row.number for row in free(connection, of.log, rows, holds, now)]
            number = erase(
                connection,
                log=of.log,
                numbers=chosen,
                at=now,
                rule=still.rule,
                actor=_ACTOR,
                reason="",
            )
            if number is not None:
                rule = still.rule
                spans, by = [list(span) for span in spans_of(chosen)], list(rule.approved_by)
                line = {"log": of.log, "spans": spans, "approved_by": by, "entry": number}
                kept.enter_context(kept_line(self.world, ERASED, **line))
        self.erased += len(chosen)
        self.untruncated = True
        return True

    def _done(self, of: Decided, now: datetime) -> None:
        if of.request is not None:
            request, school = of.request
            this = (ErasureRequest.id == request, ErasureRequest.school_id == school)
            with writing(self.world.database) as connection:
                connection.execute(update(ErasureRequest).where(*this).values(done_at=now))


def decided(connection: Connection, now: datetime) -> list[Decided]:
    """Return all that two people decided to erase, and that is not over.

    Nothing while a school is closed after a restore: what was held since the backup, or is to be
    kept for longer, has to be entered again first.
    """
    closed = select(SchoolClosing.id).where(  # of any school: the log of the installation is everybody's
        SchoolClosing.school_id.in_(_schools(connection)),
        SchoolClosing.after_restore.is_not(None),
        SchoolClosing.opened_at.is_(None),
    )
    if connection.execute(closed.limit(1)).first() is not None:
        return []
    settings = {school: setting_of(connection, school) for school in _schools(connection)}
    found = []
    for school, row in settings.items():
        if row is not None:
            rule = _retention(connection, school, [row], _OF_SCHOOLS, now)
            found.append(Decided(school, rule, _older(row, _OF_SCHOOLS, now)))
    whole = [row for row in settings.values() if row is not None]
    if whole and len(whole) == len(settings):  # the log of all is kept as long as the longest says
        longest = max(whole, key=lambda row: row.accounts)
        rule = _retention(connection, longest.school_id, whole, (Group.ACCOUNTS,), now)
        found.append(Decided(INSTALLATION, rule, _older(longest, (Group.ACCOUNTS,), now)))
    return [*found, *_requests(connection, now)]


def setting_of(connection: Connection, school_id: int) -> Any:
    """Return the setting in force at a school, or None where two people approved none yet."""
    return connection.execute(
        select(*RetentionSetting.__table__.columns)
        .where(RetentionSetting.school_id == school_id, RetentionSetting.approved_at.is_not(None))
        .order_by(RetentionSetting.approved_at.desc(), RetentionSetting.id.desc())
        .limit(1)
    ).one_or_none()


_OF_SCHOOLS = tuple(group for group in Group if group is not Group.ACCOUNTS)


def _schools(connection: Connection) -> list[int]:
    return list(connection.execute(select(School.id).order_by(School.id)).scalars())


def _older(row: Any, groups: tuple[Group, ...], now: datetime) -> ColumnElement[bool]:
    """Return the condition that an entry is older than its group is kept."""
    parts = [
        and_(LogEntry.kind.in_(kinds_of(group)), LogEntry.at < months_before(now, getattr(row, group.value)))
        for group in groups
    ]
    return or_(false(), *parts)


def _retention(
    connection: Connection, school_id: int, rows: list[Any], groups: tuple[Group, ...], now: datetime
) -> Rule:
    row = next(row for row in rows if row.school_id == school_id)
    before: dict[str, Json] = {
        group.value: now_utc_text(months_before(now, getattr(row, group.value))) for group in groups
    }
    entry = _entry_of(connection, school_id, "retention:approved", row.approved_at)
    details: dict[str, Json] = {"before": before, "school": school_id, "retention": row.id, "entry": entry}
    return Rule("retention", (row.proposed_by, row.approved_by), details)


def _requests(connection: Connection, now: datetime) -> Iterator[Decided]:
    asked = select(*ErasureRequest.__table__.columns).where(
        ErasureRequest.agreed_at.is_not(None),
        ErasureRequest.done_at.is_(None),
        ErasureRequest.school_id.in_(_schools(connection)),
    )
    for row in connection.execute(asked.order_by(ErasureRequest.id)).all():
        before = min(row.before, floor(now))
        entry = _entry_of(connection, row.school_id, "retention:erasure_agreed", row.agreed_at)
        details: dict[str, Json] = {
            "before": now_utc_text(row.before),
            "erasure_request": row.id,
            "entry": entry,
        }
        rule = Rule("request", (row.asked_by, row.agreed_by), details)
        kinds = frozenset().union(*(kinds_of(group) for group in Group))
        which = and_(LogEntry.person_id == row.person_id, LogEntry.at < before, LogEntry.kind.in_(kinds))
        yield Decided(row.school_id, rule, which, (row.id, row.school_id))


def _entry_of(connection: Connection, log: int, kind: str, at: datetime) -> int | None:
    """Return the number of the entry by which something was decided at *at*."""
    return connection.execute(
        select(LogEntry.number).where(LogEntry.log == log, LogEntry.kind == kind, LogEntry.at == at).limit(1)
    ).scalar()


def _rows(of: Decided, start: int) -> Any:
    return (
        select(LogEntry.number, LogEntry.kind, LogEntry.at, LogEntry.body)
        .where(LogEntry.log == of.log, LogEntry.number >= start, LogEntry.body.is_not(None), of.which)
        .order_by(LogEntry.number)
        .limit(AT_ONCE)
    )


def _found(connection: Connection, of: Decided, start: int, now: datetime) -> tuple[list[int], int | None]:
    """Return which of the next entries may be erased, and the last that was looked at; None at the end."""
    rows = connection.execute(_rows(of, start)).all()
    kept = free(connection, of.log, rows, load_holds(connection, of.log), now)
    return [row.number for row in kept], rows[-1].number if len(rows) == AT_ONCE else None
