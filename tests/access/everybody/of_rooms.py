"""Acts upon rooms, their cameras, and who is expected in them."""

from sqlalchemy import select

from access.acts_cameras import deactivate_camera, mask_camera
from access.acts_expected import add_duty, guest_comes
from access.acts_gates import take_gate_back
from access.acts_loans import lend_room
from access.acts_people import dismiss
from access.acts_places import draw_curtain, end_room_use, set_level, use_room
from access.acts_room_kinds import set_room_kind
from access.acts_rooms import merge_classes, swap_rooms
from access.camera_gates import GateKind
from access.database import reading
from access.people import Membership
from access.reasons import Reason
from access.room_kinds import RoomKind
from tests.access.everybody.ending import BY_REVISION, Ending
from tests.access.everybody.watched import IN_THE_ROOM, IN_THE_SCHOOL, Watched
from tests.access.two_rooms import ELM, HOUR, OAK

CORNER = ((0, 0), (100, 0), (100, 100))


def _oak(watched: Watched) -> int:
    return watched.school.rooms[OAK]


def merges(watched: Watched) -> None:
    ids = {"guest_id": watched.ready, "host_id": watched.school.groups[OAK]}
    merge_classes(watched.world, **watched.act, **ids, ends_at=watched.clock.now() + HOUR)


def another_class_comes(watched: Watched) -> None:
    ids = {"room_id": _oak(watched), "class_group_id": watched.ready}
    use_room(watched.world, **watched.act, **ids, starts_at=watched.clock.now())


def a_class_is_silent(watched: Watched) -> None:
    watched.ready = watched.class_of_somebody_silent()


def another_child_comes(watched: Watched) -> None:
    watched.enrols(watched.ready, watched.school.groups[OAK])


def a_child_is_silent(watched: Watched) -> None:
    watched.ready = watched.child_of_somebody_silent()


def another_guardian_comes(watched: Watched) -> None:
    watched.ties(watched.father.child)


def somebody_works_there(watched: Watched) -> None:
    person = watched.school.person("aide", by=watched.school.office)
    add_duty(watched.world, **watched.act, person_id=person, class_group_id=watched.school.groups[OAK])


def a_guest_comes(watched: Watched) -> None:
    guest_comes(watched.world, **watched.act, room_id=_oak(watched))


def swaps(watched: Watched) -> None:
    groups = (watched.school.groups[OAK], watched.school.groups[ELM])
    swap_rooms(watched.world, **watched.act, class_group_ids=groups, ends_at=watched.clock.now() + HOUR)


def lends(watched: Watched) -> None:
    lend_room(watched.world, **watched.act, room_id=_oak(watched), ends_at=watched.clock.now() + HOUR)


def ends_the_use(watched: Watched) -> None:
    end_room_use(watched.world, **watched.act, room_use_id=watched.school.room_use)


def is_for_naps(watched: Watched) -> None:
    set_room_kind(watched.world, **watched.act, room_id=_oak(watched), kind=RoomKind.NAP)


def shows_figures(watched: Watched) -> None:
    set_level(watched.world, **watched.act, room_id=_oak(watched), level="figures")


def draws(watched: Watched) -> None:
    draw_curtain(watched.world, **watched.act, room_id=_oak(watched))


def masks(watched: Watched) -> None:
    mask_camera(watched.world, **watched.act, camera_id=watched.school.camera, masks=[CORNER])


def takes_off(watched: Watched) -> None:
    deactivate_camera(watched.world, **watched.act, camera_id=watched.school.camera)


def takes_the_sign_back(watched: Watched) -> None:
    take_gate_back(watched.world, **watched.act, camera_id=watched.school.camera, kind=GateKind.SIGN)


def who_signed_goes(watched: Watched) -> None:
    """Dismiss whoever answers for both cameras, from all their places."""
    person = watched.school.director.person_id
    with reading(watched.world.database) as connection:
        theirs = select(Membership.id).where(
            Membership.person_id == person, Membership.school_id == watched.school.id
        )
        places = connection.execute(theirs).scalars().all()
    for place in places:
        dismiss(watched.world, **watched.act, membership_id=place)


_COVER, _CURTAIN = Reason.NOT_COVERED, Reason.CURTAIN_DRAWN
ENDINGS = (
    Ending("a class that is not covered joins", merges, IN_THE_ROOM, _COVER, BY_REVISION, a_class_is_silent),
    Ending(
        "a class that is not covered uses the room",
        another_class_comes,
        IN_THE_ROOM,
        _COVER,
        BY_REVISION,
        a_class_is_silent,
    ),
    Ending(
        "a child that is not covered is enrolled",
        another_child_comes,
        IN_THE_ROOM,
        _COVER,
        BY_REVISION,
        a_child_is_silent,
    ),
    Ending("a guardian is added", another_guardian_comes, IN_THE_ROOM, _COVER, BY_REVISION),
    Ending("a duty begins", somebody_works_there, IN_THE_ROOM, _COVER, BY_REVISION),
    Ending("a guest comes", a_guest_comes, IN_THE_ROOM, _COVER, BY_REVISION),
    Ending("rooms are swapped", swaps, IN_THE_SCHOOL, Reason.ROOM_NOT_USED, BY_REVISION),
    Ending("a room is lent", lends, IN_THE_ROOM, Reason.ROOM_LENT, BY_REVISION),
    Ending("a use ends", ends_the_use, IN_THE_ROOM, Reason.ROOM_NOT_USED),
    Ending("a room is for naps", is_for_naps, IN_THE_ROOM, Reason.CAMERA_GATE),
    Ending("a level is lowered", shows_figures, IN_THE_ROOM, Reason.LEVEL_CLOSED),
    Ending("a curtain is drawn", draws, IN_THE_ROOM, _CURTAIN),
    Ending("masks change", masks, IN_THE_ROOM, Reason.CAMERA_GATE),
    Ending("a camera is taken off", takes_off, IN_THE_ROOM, Reason.CAMERA_NOT_ACTIVATED),
    Ending("a gate is taken back", takes_the_sign_back, IN_THE_ROOM, Reason.CAMERA_GATE),
    Ending("who answers for a camera goes", who_signed_goes, IN_THE_SCHOOL, Reason.CAMERA_GATE, BY_REVISION),
)
