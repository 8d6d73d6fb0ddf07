"""What an entry of a log mentions: whom and what it is about, so that it is found by each of them.

A mention is a word and a value: ``person`` and an id, ``from`` and a network. They follow from the
body alone, stand in ``log_mention`` beside it, and are written in its transaction. One that was taken away
would hide an entry from the page, so :mod:`access.log.verify` makes them again from the body.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import Connection, and_, delete, insert, or_

from access.log.store import VALUE_LETTERS, LogMention


class What(StrEnum):
    """What an entry can be found by; stable, because it stands in the table."""

    KIND = "kind"
    #: Who acted, or whom it concerns.
    PERSON = "person"
    CHILD = "child"
    CLASS_GROUP = "class_group"
    ROOM = "room"
    #: On which device it was done, or which device it is about.
    SIGN_IN = "sign_in"
    VIEWING = "viewing"
    #: From which network.
    FROM = "from"
    #: Why, where the program says it: a stable name, never what somebody typed.
    REASON = "reason"


Mention: TypeAlias = tuple[str, str]

#: Names in ``subject`` under which the id of one record stands, or a list of them.
SUBJECTS: Mapping[What, tuple[str, ...]] = {
    What.PERSON: ("person", "person_id"),
    What.CHILD: ("child", "child_id"),
    What.CLASS_GROUP: ("class_group", "class_group_id", "other_class_group", "class_groups"),
    What.ROOM: ("room", "room_id", "other_room"),
    What.SIGN_IN: ("sign_in", "sign_ins"),
    What.VIEWING: ("viewing",),
}
_OF_NAME: Mapping[str, str] = {name: what.value for what, names in SUBJECTS.items() for name in names}
_ACTORS: Mapping[str, str] = {"person": What.PERSON.value, "sign_in": What.SIGN_IN.value}
_KIND, _FROM, _REASON, _VIEWING = What.KIND.value, What.FROM.value, What.REASON.value, What.VIEWING.value
_STABLE = re.compile(r"[a-z][a-z_]*:[a-z][a-z_]*")


def mentions_of(kind: str, body: Mapping[str, Any]) -> frozenset[Mention]:
    """Return all that an entry is found by; of what is no entry of ours, what can be made of it."""
    # Made for every entry that is verified, so it looks only at what is there.
    found = [(_KIND, kind)]
    subject, actor, reason = body.get("subject"), body.get("actor"), body.get("reason")
    if isinstance(subject, Mapping):
        found += _of_subject(subject)
    if isinstance(actor, Mapping):
        found += _of_actor(actor)
    if isinstance(reason, str) and _STABLE.fullmatch(reason):
        found.append((_REASON, reason))
    return frozenset([one for one in found if len(one[1]) <= VALUE_LETTERS and "\0" not in one[1]])


def write_mentions(connection: Connection, log: int, number: int, mentions: Iterable[Mention]) -> None:
    """Write what a new entry mentions, in the transaction of the entry."""
    connection.execute(insert(LogMention), rows_of(log, number, mentions))


def rows_of(log: int, number: int, mentions: Iterable[Mention]) -> list[dict[str, Any]]:
    """Return the rows of the table, in the order of its key."""
    return [{"log": log, "what": what, "value": value, "number": number} for what, value in sorted(mentions)]


def remove_mentions(
    connection: Connection, log: int, number: int, kind: str, body: Mapping[str, Any]
) -> None:
    """Take away all by which an entry is found but its kind, once its body is erased.

    The table refuses it while the entry still has its body.

    Args:
        kind: the entry's, which stays in the leaf.
        body: what it said.
    """
    gone = mentions_of(kind, body) - erased_mentions_of(kind)
    found = [and_(LogMention.what == what, LogMention.value == value) for what, value in sorted(gone)]
    if found:
        connection.execute(
            delete(LogMention).where(LogMention.log == log, or_(*found), LogMention.number == number)
        )


def erased_mentions_of(kind: str) -> frozenset[Mention]:
    """Return what an entry is found by whose body is gone."""
    return frozenset({(What.KIND.value, kind)})


def _of_subject(subject: Mapping[str, Any]) -> list[Mention]:
    found = []
    for name, value in subject.items():
        what = _OF_NAME.get(name)
        if what is not None:
            for one in value if isinstance(value, list) else (value,):
                # A viewing is named by its key.
                if _is_id(one) or (what == _VIEWING and isinstance(one, str) and one):
                    found.append((what, str(one)))
    return found


def _of_actor(actor: Mapping[str, Any]) -> list[Mention]:
    found = [(what, str(actor[name])) for name, what in _ACTORS.items() if _is_id(actor.get(name))]
    network = actor.get("from")
    if isinstance(network, str) and network:
        found.append((_FROM, network))
    return found


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
