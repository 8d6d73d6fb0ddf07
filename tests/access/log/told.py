"""What somebody was told of a log, a line each, and whether it is still so after a crash.

An entry counts as *told* when its transaction has returned; a head when somebody has read it, as whoever
signs a checkpoint does. Neither may be taken back by anything that happens to the machine.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, select

from access.database import reading
from access.enrolment import Child
from access.errors import RecordsUnavailable
from access.log.findings import Wrong
from access.log.store import LogEntry, LogHead
from access.log.verify import verify


def told_entry(log: int, number: int, commitment: bytes) -> str:
    """Return the line that an entry was written."""
    return f"entry {log} {number} {commitment.hex()}"


def told_head(log: int, size: int, root: bytes) -> str:
    """Return the line that a log has been seen to have this root."""
    return f"head {log} {size} {root.hex()}"


def told_child(child_id: int) -> str:
    """Return the line that an act added a child."""
    return f"child {child_id}"


@dataclass(slots=True)
class Told:
    """All that was told of one database."""

    #: Of ``(log, number)``, its commitment.
    entries: dict[tuple[int, int], bytes] = field(default_factory=dict)
    #: Of each log, of each size, its root.
    heads: defaultdict[int, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    children: set[int] = field(default_factory=set)
    #: What was told twice, and not the same.
    contradicted: list[str] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """Take in one line."""
        match line.split():
            case ["entry", log, number, commitment]:
                heard = bytes.fromhex(commitment)
                if self.entries.setdefault((int(log), int(number)), heard) != heard:
                    self.contradicted.append(line)
            case ["head", log, size, root]:
                heard = bytes.fromhex(root)
                if self.heads[int(log)].setdefault(int(size), heard) != heard:
                    self.contradicted.append(line)
            case ["child", child_id]:
                self.children.add(int(child_id))
            case _:
                raise ValueError(f"nobody says {line!r}")

    def amount(self) -> Counter[str]:
        """Return how much of each there is."""
        heads = sum(map(len, self.heads.values()))
        return Counter(entries=len(self.entries) + len(self.children), heads=heads)


@dataclass(slots=True)
class Broken:
    """What is no longer as it was told; false where all is well."""

    #: Entries that were told, and are gone or are others.
    lost: list[str] = field(default_factory=list)
    #: Heads that were told, and are not on the tree.
    off_the_tree: list[str] = field(default_factory=list)
    #: Whatever else is wrong with the log or the file.
    wrong: list[str] = field(default_factory=list)

    def counted(self) -> dict[str, int]:
        """Return how much of each there is."""
        return {"lost": len(self.lost), "off_the_tree": len(self.off_the_tree), "wrong": len(self.wrong)}

    def __bool__(self) -> bool:
        return bool(self.lost or self.off_the_tree or self.wrong)


def broken(database: Engine, told: Told) -> Broken:
    """Open the database as whoever comes next, and compare it with what was told."""
    found = Broken(wrong=list(told.contradicted))
    try:
        with reading(database) as connection:
            found.lost += [*_lost_entries(connection, told), *_lost_children(connection, told)]
            for log in sorted({*connection.execute(select(LogHead.log)).scalars(), *told.heads}):
                _verify(connection, log, told.heads[log], found)
            found.wrong += _of_the_file(connection)
    except RecordsUnavailable as fault:
        found.wrong.append(f"the database does not open: {fault}")
    return found


def _lost_entries(connection: Connection, told: Told) -> Iterator[str]:
    rows = connection.execute(select(LogEntry.log, LogEntry.number, LogEntry.commitment))
    there = {(row.log, row.number): row.commitment for row in rows}
    for (log, number), commitment in told.entries.items():
        if there.get((log, number)) != commitment:
            yield told_entry(log, number, commitment)


def _lost_children(connection: Connection, told: Told) -> Iterator[str]:
    """Yield children whose record or whose entry is gone: they are written in one transaction."""
    records = set(connection.execute(select(Child.id)).scalars())
    bodies = connection.execute(select(LogEntry.body).where(LogEntry.kind == "child:added")).scalars()
    entries = Counter(json.loads(body or b"")["subject"]["child"] for body in bodies)
    for child in sorted(told.children | records):
        if child not in records or entries[child] != 1:
            yield told_child(child)


def _verify(connection: Connection, log: int, heads: dict[int, bytes], found: Broken) -> None:
    for finding in verify(connection, log, roots=heads.items()).findings:
        if finding.what is Wrong.CHECKPOINT:
            found.off_the_tree.append(told_head(log, finding.until, heads[finding.until]))
        else:
            found.wrong.append(f"log {log}: {finding}")


def _of_the_file(connection: Connection) -> Iterator[str]:
    if connection.dialect.name != "sqlite":
        return
    said = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    if said != "ok":
        yield f"integrity: {said}"
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        yield "a record whose other one is gone"
