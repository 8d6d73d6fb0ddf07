"""A disk that loses its power: what may stand on it afterwards, and what must.

Pure. A program's doings are a list of events; the power can go after any of them. What was written stays
for certain only once its file was synced, and a name only once its directory was. Of all the rest anything
may have reached the disk: nothing, all, what came first, some of the writes, some sectors of some writes.
Changes of names are taken to reach it in their order, as with any file system that keeps a journal.

Not modelled: a sector that is neither its old nor its new self, sectors that go bad when their neighbours are
written, and a disk that says it has synced and has not.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

#: The smallest part that is written whole.
SECTOR_BYTES = 512


@dataclass(frozen=True, slots=True)
class Created:
    """A name now stands for a new, empty file."""

    name: str
    file: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """A name stands for nothing."""

    name: str


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes were written into a file."""

    file: int
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file was cut to a size, or made longer."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """All that was written into a file so far is on the disk."""

    file: int


@dataclass(frozen=True, slots=True)
class DirectorySynced:
    """All names are on the disk."""


@dataclass(frozen=True, slots=True)
class Said:
    """The program told somebody something."""

    line: str


Change: TypeAlias = Written | Truncated
Event: TypeAlias = Created | Deleted | Change | Synced | DirectorySynced | Said


@dataclass(slots=True)
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)


class Disk:
    """Files of one directory, as they are known to stand on the disk, and what is on its way there."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {number: _File(bytearray(data)) for number, data in enumerate(files.values())}
        self._names = {name: number for number, name in enumerate(files)}
        self._renaming: list[Created | Deleted] = []

    def take(self, event: Event) -> None:
        """Take in what happened next."""
        match event:
            case Created(_, file):
                self._files[file] = _File()
                self._renaming.append(event)
            case Deleted():
                self._renaming.append(event)
            case Written(file) | Truncated(file):
                self._files[file].pending.append(event)
            case Synced(file):
                synced = self._files[file]
                for change in synced.pending:
                    _apply(synced.durable, change)
                synced.pending.clear()
            case DirectorySynced():
                self._name(self._names, self._renaming)
                self._renaming.clear()
            case Said():
                pass

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return what one finds when the power is back: one of the many ways it can be."""
        names = dict(self._names)
        self._name(names, self._renaming[: chance.randint(0, len(self._renaming))])
        survive = chance.choice(SURVIVALS)
        found = {}
        for name, number in names.items():
            content = bytearray(self._files[number].durable)
            for change in survive(self._files[number].pending, chance):
                _apply(content, change)
            found[name] = bytes(content)
        return found

    @staticmethod
    def _name(names: dict[str, int], changes: Iterable[Created | Deleted]) -> None:
        for change in changes:
            if isinstance(change, Created):
                names[change.name] = change.file
            else:
                names.pop(change.name, None)


def _apply(content: bytearray, change: Change) -> None:
    wanted = change.size if isinstance(change, Truncated) else change.at
    if wanted > len(content):
        content.extend(bytes(wanted - len(content)))
    if isinstance(change, Truncated):
        del content[change.size :]
    else:
        content[change.at : change.at + len(change.data)] = change.data


def nothing(_: list[Change], __: random.Random) -> Iterable[Change]:
    """Nothing that was not synced is there."""
    return ()


def everything(pending: list[Change], _: random.Random) -> Iterable[Change]:
    """All of it is there."""
    return pending


def the_first(pending: list[Change], chance: random.Random) -> Iterable[Change]:
    """What was done first is there; the power went in the middle of a write."""
    whole = chance.randint(0, len(pending))
    yield from pending[:whole]
    for change in pending[whole : whole + 1]:
        if isinstance(change, Written):
            yield Written(change.file, change.at, change.data[: chance.randint(0, len(change.data))])


def some(pending: list[Change], chance: random.Random) -> Iterable[Change]:
    """Some changes are there, each whole, whatever came before or after."""
    likely = chance.random()
    return (change for change in pending if chance.random() < likely)


def some_sectors(pending: list[Change], chance: random.Random) -> Iterable[Change]:
    """Of each write some sectors are there."""
    likely = chance.random()
    for change in pending:
        for part in _sectors(change) if isinstance(change, Written) else (change,):
            if chance.random() < likely:
                yield part


def _sectors(written: Written) -> Iterable[Written]:
    start, end = written.at, written.at + len(written.data)
    while start < end:
        after = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
        yield Written(written.file, start, written.data[start - written.at : after - written.at])
        start = after


SURVIVALS = (nothing, everything, the_first, some, some_sectors)
