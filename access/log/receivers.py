"""Checkpoints that go out: to witnesses, and to whoever else keeps them outside of the school.

Once a day the last checkpoint from before the day began: how much a log grows within a day is nobody's
business outside. What a receiver has got is a row; that one of them contradicts the log is an entry of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection, Engine, ForeignKey, Row, Select, String, and_, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from access.budgets import day_of
from access.closings import VIA_PORTAL
from access.database import Base, reading, writing
from access.errors import LogUnavailable, RecordsUnavailable
from access.log import entry
from access.log.proofs import consistency_proof
from access.log.signing import origin_of
from access.log.store import LogCheckpoint, LogHead
from access.log.tree import read_nodes

KIND = "checkpoint:contradicted"
NAME_LETTERS = 200


class LogReceived(Base):
    """The last checkpoint of a log that one receiver has got."""

    __tablename__ = "log_received"

    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"), primary_key=True)
    #: The name of a witness's key, the host of a webhook, or a mail address.
    receiver: Mapped[str] = mapped_column(String(NAME_LETTERS), primary_key=True)
    #: Up to where it has it; of a witness that contradicts, up to where it last did not.
    size: Mapped[int]
    at: Mapped[datetime]
    #: A witness's line of that checkpoint; empty of others.
    cosignature: Mapped[str] = mapped_column(String(400), default="")
    #: Since when it says that the log has two histories.
    contradicted_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Due:
    """A checkpoint that a receiver has not got."""

    log: int
    size: int
    note: bytes
    #: Up to where it has it, as far as is known here.
    known: int
    #: Now; aware.
    at: datetime


@dataclass(frozen=True, slots=True)
class Got:
    """A receiver took it."""

    cosignature: str = ""


class Contradicted(Exception):  # what somebody says, not what went wrong here
    """A receiver has seen another history of the log."""


class Unsent(OSError):
    """A receiver did not take it; says why in words of ours."""


class RefusedForGood(Unsent):
    """It says that the same will be refused again."""


#: What was refused for good: by whom, of which log, and up to where.
Refusals: TypeAlias = set[tuple[str, int, int]]

#: Returns the hashes that prove growth from an older size to the checkpoint's.
Prove = Callable[[int], Sequence[bytes]]


class Receiver(Protocol):
    """Somebody outside who is sent checkpoints."""

    @property
    def name(self) -> str:
        """Under which it is kept what they have got."""

    def send(self, due: Due, prove: Prove) -> Got:
        """Send one.

        Raises:
            RefusedForGood: it is of no use to send the same again.
            OSError: they could not be reached, or answered something else.
            Contradicted: they have seen another history.
        """


def send_due(
    engine: Engine, receivers: Sequence[Receiver], now: datetime, refused: Refusals | None = None
) -> list[str]:
    """Send each receiver what it has not got; return what could not be sent, in words.

    Args:
        refused: what is not sent again; what is refused for good now is added.

    Raises:
        RecordsUnavailable, LogUnavailable: what was answered could not be kept; it is sent again.
    """
    failed = []
    refused = set() if refused is None else refused
    for receiver in receivers:
        with reading(engine) as connection:
            due = _due(connection, receiver.name, now)
        for one in due:
            if (receiver.name, one.log, one.size) in refused:
                continue
            try:
                got = receiver.send(one, partial(_proof, engine, one))
            except Contradicted:
                _contradicted(engine, receiver.name, one, now)
                failed.append(f"{receiver.name} has seen another history of log {one.log}")
            except (RecordsUnavailable, LogUnavailable):
                raise
            except Unsent as fault:
                failed.append(f"{receiver.name}: {fault}")
                if isinstance(fault, RefusedForGood):
                    refused.add((receiver.name, one.log, one.size))
            except Exception as fault:  # whatever comes from outside keeps no other one waiting
                failed.append(f"{receiver.name}: {type(fault).__name__}")
            else:
                _got(engine, receiver.name, one, got, now)
    return failed


def received(connection: Connection, log: int) -> Sequence[Row[str, int, datetime, datetime | None]]:
    """Return what receivers have of *log*: ``receiver``, ``size``, ``at`` and ``contradicted_at``."""
    columns = (LogReceived.receiver, LogReceived.size, LogReceived.at, LogReceived.contradicted_at)
    return connection.execute(
        select(*columns).where(LogReceived.log == log).order_by(LogReceived.receiver)
    ).all()


def _due(connection: Connection, receiver: str, now: datetime) -> list[Due]:
    today = day_of(now, "UTC").start
    due = []
    for log in connection.execute(select(LogHead.log).order_by(LogHead.log)).scalars().all():
        last = connection.execute(
            select(LogCheckpoint.size, LogCheckpoint.note)
            .where(
                LogCheckpoint.log == log,
                # Of an era before a restore nothing is sent: whoever has it knows more of it than is here.
                LogCheckpoint.origin == origin_of(connection, log),
                LogCheckpoint.signed_at < today,
            )
            .order_by(LogCheckpoint.id.desc())
            .limit(1)
        ).one_or_none()
        row = connection.execute(_row(log, receiver)).one_or_none()
        if last is None or (row is not None and (row.size >= last.size or _is_told(row, today))):
            continue
        due.append(Due(log, last.size, last.note, 0 if row is None else row.size, now))
    return due


def _is_told(row: Any, today: datetime) -> bool:
    """Say whether the receiver contradicted today; it may be mistaken, and is asked again tomorrow."""
    return row.contradicted_at is not None and row.at >= today


def _row(log: int, receiver: str) -> Select[int, datetime, datetime | None]:
    return select(LogReceived.size, LogReceived.at, LogReceived.contradicted_at).where(
        LogReceived.log == log, LogReceived.receiver == receiver
    )


def _proof(engine: Engine, due: Due, old: int) -> Sequence[bytes]:
    with reading(engine) as connection:
        return consistency_proof(old, due.size, lambda places: read_nodes(connection, due.log, places))


def _got(engine: Engine, receiver: str, due: Due, got: Got, now: datetime) -> None:
    values = {"size": due.size, "at": now, "cosignature": got.cosignature, "contradicted_at": None}
    with writing(engine) as connection:
        _keep(connection, receiver, due, values)


def _contradicted(engine: Engine, receiver: str, due: Due, now: datetime) -> None:
    with writing(engine) as connection:
        before = connection.execute(_row(due.log, receiver)).one_or_none()
        if before is not None and before.contradicted_at is not None:
            _keep(connection, receiver, due, {"at": now})
            return
        _keep(connection, receiver, due, {"size": due.known, "at": now, "contradicted_at": now})
        entry.append(
            connection,
            log=due.log,
            kind=KIND,
            at=now,
            body={
                "actor": {"person": None, "via": VIA_PORTAL},
                "reason": "",
                "revision": None,
                "subject": {},
                "receiver": receiver,
                "size": due.size,
            },
        )


def _keep(connection: Connection, receiver: str, due: Due, values: dict[str, object]) -> None:
    this = and_(LogReceived.log == due.log, LogReceived.receiver == receiver)
    if connection.execute(update(LogReceived).where(this).values(**values)).rowcount == 0:
        row = {"cosignature": "", "contradicted_at": None, **values}
        connection.execute(insert(LogReceived).values(log=due.log, receiver=receiver, **row))
