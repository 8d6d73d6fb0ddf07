"""What can be wrong with a log, and the report of what was."""

from dataclasses import dataclass, field
from enum import StrEnum

from access.log.merkle import EMPTY_ROOT

#: So many findings are told; the first is what matters.
MOST_TOLD = 100


class Wrong(StrEnum):
    """What can be wrong."""

    #: What the entry says is not what was committed to.
    BODY = "body"
    #: What it is found under (kind, time, person, room, number) is not what it says.
    COLUMNS = "columns"
    #: It is not found by something that it mentions.
    NOT_MENTIONED = "not_mentioned"
    #: It is found by something that it does not mention.
    MENTIONED = "mentioned"
    #: Salt and body are gone, and no erasure in the tree names it.
    GONE = "gone"
    #: An erasure names it, and it says something still.
    NOT_GONE = "not_gone"
    #: An erasure is not true: what it names, or when that was.
    ERASURE = "erasure"
    #: It declares an era that is not kept, or an era begins with it and it does not say so.
    ERA = "era"
    #: It is not the entry that the tree has at its number.
    LEAF = "leaf"
    MISSING = "missing"
    #: There is another one with its number.
    TWICE = "twice"
    #: It stands beyond the end of the log.
    BEYOND = "beyond"
    #: The tree's own hash over some entries is another one.
    NODE = "node"
    #: Size, frontier or root of the head.
    HEAD = "head"
    #: The log is not the one that an older checkpoint is of.
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    what: Wrong
    #: The first entry that it is about; of the head, how many entries there are.
    number: int
    #: It is about the entries ``[number, until)``.
    until: int


@dataclass(slots=True)
class Report:
    """What was found in one log."""

    log: int
    #: Entries looked at, one after another from 0.
    size: int = 0
    #: The root that follows from them; where nothing is wrong the log's own.
    root: bytes = EMPTY_ROOT
    #: In the order of the entries; at most :data:`MOST_TOLD`.
    findings: list[Finding] = field(default_factory=list)

    def found(self, what: Wrong, number: int, until: int | None = None) -> None:
        """Note that something is wrong."""
        if len(self.findings) < MOST_TOLD:
            self.findings.append(Finding(what, number, number + 1 if until is None else until))
