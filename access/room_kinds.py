"""What a room is for, and where no camera may ever show anything."""

from enum import StrEnum

from access.errors import Refused


class RoomKind(StrEnum):
    """Stands in the table and in the log, so never renamed."""

    CLASSROOM = "classroom"
    HALL = "hall"
    PLAYGROUND = "playground"
    DINING = "dining"
    CORRIDOR = "corridor"
    TOILET = "toilet"
    NAP = "nap"
    CHANGING = "changing"
    NURSING = "nursing"


#: Whatever anybody confirms, nobody sees such a room.
NEVER = frozenset({RoomKind.TOILET, RoomKind.NAP, RoomKind.CHANGING, RoomKind.NURSING})
SHOWN = tuple(kind for kind in RoomKind if kind not in NEVER)


def checked_kind(kind: str) -> RoomKind:
    """Return *kind* as one of those there are.

    Raises:
        Refused: ``room:kind``.
    """
    if kind not in set(RoomKind):
        raise Refused("room:kind", f"one of {', '.join(RoomKind)}")
    return RoomKind(kind)


def check_shown(kind: str | None) -> None:
    """Let a kind of room pass in which a camera may show something.

    Raises:
        Refused: ``room:never``, or ``room:no_kind`` where nobody has said what the room is for.
    """
    if kind is None:
        raise Refused("room:no_kind", "say first what the room is for")
    if kind not in SHOWN:
        raise Refused("room:never", f"no camera in a room for {kind}")
