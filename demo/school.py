"""A school that exists only in the demo, brought about by the real acts with proper actors.

Two classes, two rooms, six guardians whose rights differ, and four members of staff.
Hours are open all week, so there is something to see whatever the day and the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from access import acts_people, acts_places
from access.acts import Actor
from access.acts_gates import confirm_gates
from access.acts_paper import enter_paper, look_at_paper
from access.camera_gates import CONFIRMED, GateKind
from access.check_codes import load_checks
from access.consenting import of_guardian
from access.database import reading
from access.errors import Refused
from access.new_factors import begin_app, confirm_app, seed_to_confirm
from access.one_time_codes import code_at, step_at
from access.people import Role
from access.sign_ins import begin_sign_in, end_sign_in, recognise
from access.world import World

WHY = "demo"
ALL_WEEK = [(weekday, 0, 24 * 60) for weekday in range(7)]
TERM = timedelta(days=120)
ZONE = "Asia/Shanghai"
ROOMS = {"oak": "橡树教室 Oak room", "linden": "椴树教室 Linden room"}
CLASSES = {"oak": "橡树班 Oak", "linden": "椴树班 Linden"}


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of the demo, and what they should see."""

    name: str
    role: str
    sign_in: str
    expects: str


STAFF = (
    Somebody(
        "王园长 Wang Yaqin",
        Role.DIRECTOR,
        "director",
        "office page: curtains, who watches now, ending rights",
    ),
    Somebody("李静 Li Jing", Role.OFFICE, "office", "office page: curtains, who watches now, ending rights"),
    Somebody(
        "陈梅 Chen Mei",
        Role.TEACHER,
        "teacher",
        "office page: the curtains and how many watch now, no rights",
    ),
    Somebody("Alex Morgan", Role.ADMINISTRATOR, "administrator", "the access log, and never a picture"),
)


@dataclass(frozen=True, slots=True)
class Family:
    """One guardian, their children, and what is not in order with them."""

    guardian: Somebody
    #: Child's name → class.
    children: Mapping[str, str]
    verified: bool = True
    revoked: bool = False


def _guardian(name: str, sign_in: str, expects: str) -> Somebody:
    return Somebody(name, "guardian", sign_in, expects)


FAMILIES = (
    Family(
        _guardian("林小雨 Lin Xiaoyu", "lin", "the Oak room, live"),
        {"林豆豆": "oak"},
    ),
    Family(
        _guardian("Noor Haddad", "noor", "the Linden room, live, and nothing of Oak"),
        {"Ilyas Haddad": "linden"},
    ),
    Family(
        _guardian("张伟 Zhang Wei", "zhang", "the Oak room, live, from abroad: times are the school's"),
        {"张乐乐": "oak"},
    ),
    Family(
        _guardian("赵丽 Zhao Li", "zhao", "two tiles, Oak and Linden: twins in two classes"),
        {"赵天天": "oak", "赵晴晴": "linden"},
    ),
    Family(
        _guardian("周敏 Zhou Min", "zhou", "no picture: nobody has verified the guardianship yet"),
        {"周米粒": "oak"},
        verified=False,
    ),
    Family(
        _guardian("Tom Becker", "tom", "no picture: the grant was revoked"),
        {"Mia Becker": "oak"},
        revoked=True,
    ),
)

PEOPLE = (*(family.guardian for family in FAMILIES), *STAFF)


class Seed:
    """The acts that bring the school about; each by somebody who may."""

    def __init__(self, world: World, passphrase: str) -> None:
        self._world = world
        self._passphrase = passphrase
        self._setting_up = Actor(person_id=None, via="portal")
        self.school = acts_people.add_school(
            world,
            actor=self._setting_up,
            reason=WHY,
            name="向日葵幼儿园 Sunflower Kindergarten",
            zone=ZONE,
            language="zh",
            country=None,
        )
        #: Sign-in name of staff → the seed of the app that shows their codes.
        self.code_seeds: dict[str, str] = {}
        staff = {somebody.role: self._staff(somebody) for somebody in STAFF}
        self._office = Actor(person_id=staff[Role.OFFICE], via="portal")
        self._director = Actor(person_id=staff[Role.DIRECTOR], via="portal")

    def all(self, addresses: Mapping[str, str]) -> None:
        """Bring about classes, rooms with their cameras at *addresses*, and families."""
        groups = {name: self._class_group(name) for name in CLASSES}
        for name in ROOMS:
            self._room(name, groups[name], addresses[name])
        for family in FAMILIES:
            self._family(family, groups)

    def _person(self, somebody: Somebody, by: Actor) -> int:
        person = acts_people.add_person(
            self._world,
            actor=by,
            reason=WHY,
            name=somebody.name,
            sign_in_name=somebody.sign_in,
            school_id=self.school,
        )
        acts_people.set_passphrase(
            self._world,
            actor=by,
            reason=WHY,
            person_id=person,
            passphrase=self._passphrase,
        )
        return person

    def _staff(self, somebody: Somebody) -> int:
        person = self._person(somebody, self._setting_up)
        acts_people.appoint(
            self._world,
            actor=self._setting_up,
            reason=WHY,
            school_id=self.school,
            person_id=person,
            role=somebody.role,
        )
        self.code_seeds[somebody.sign_in] = self._code_app(person)
        return person

    def _code_app(self, person: int) -> str:
        """Have somebody add an app that shows codes, as on their first day; return its seed."""
        world = self._world
        first_day = recognise(world, begin_sign_in(world, person, "demo"))
        assert first_day is not None  # noqa: S101  # begun just now
        begin_app(world, first_day.sign_in_id)
        seed = seed_to_confirm(world, first_day.sign_in_id)
        assert seed is not None  # noqa: S101  # made just now
        try:
            self._confirms(first_day.sign_in_id, seed)
        except Refused:  # the half minute ended in between
            self._confirms(first_day.sign_in_id, seed)
        end_sign_in(world, first_day.sign_in_id)
        return seed

    def _confirms(self, sign_in: int, seed: str) -> None:
        """Type the code before the present one, so that this one is still good."""
        confirm_app(self._world, sign_in, code_at(seed, step_at(self._world.clock.now()) - 1))

    def _class_group(self, name: str) -> int:
        group = acts_people.add_class_group(
            self._world, actor=self._office, reason=WHY, school_id=self.school, name=CLASSES[name]
        )
        acts_places.set_hours(
            self._world, actor=self._director, reason=WHY, class_group_id=group, windows=ALL_WEEK
        )
        return group

    def _room(self, name: str, group: int, address: str) -> None:
        room = acts_places.add_room(
            self._world, actor=self._office, reason=WHY, school_id=self.school, name=ROOMS[name]
        )
        acts_places.use_room(
            self._world,
            actor=self._office,
            reason=WHY,
            room_id=room,
            class_group_id=group,
            starts_at=self._world.clock.now(),
            ends_at=None,
        )
        camera = acts_places.add_camera(
            self._world,
            actor=self._office,
            reason=WHY,
            room_id=room,
            name=ROOMS[name],
            address=address,
            allow_loopback=True,
        )
        self._open_gates(camera)
        acts_places.open_curtain(self._world, actor=self._director, reason=WHY, room_id=room)

    def _open_gates(self, camera: int) -> None:
        """Confirm what has to be of a camera: the office looks, the director signs and approves."""
        looked_at = [kind for kind in CONFIRMED if kind is not GateKind.RESPONSIBLE]
        by: dict[str, Any] = {"reason": WHY, "camera_id": camera}
        confirm_gates(self._world, actor=self._office, **by, kinds=looked_at, purpose="families see the day")
        confirm_gates(self._world, actor=self._director, **by, kinds=[GateKind.RESPONSIBLE])
        acts_places.activate_camera(self._world, actor=self._director, **by)

    def _family(self, family: Family, groups: Mapping[str, int]) -> None:
        person = self._person(family.guardian, self._office)
        for name, group in family.children.items():
            self._tie(person, family, name, groups[group])

    def _tie(self, person: int, family: Family, child_name: str, group: int) -> None:
        """Enrol one child and give its guardian what this family has."""
        world, now = self._world, self._world.clock.now()
        child = acts_people.add_child(
            world, actor=self._office, reason=WHY, school_id=self.school, name=child_name
        )
        acts_people.enrol(
            world,
            actor=self._office,
            reason=WHY,
            child_id=child,
            class_group_id=group,
            starts_at=now,
            ends_at=None,
        )
        guardianship = acts_people.add_guardianship(
            world,
            actor=self._office,
            reason=WHY,
            person_id=person,
            child_id=child,
            starts_at=now,
            ends_at=None,
        )
        self._agrees_on_paper(guardianship)
        if family.verified:
            acts_people.verify_guardianship(
                world,
                actor=self._director,
                reason=WHY,
                guardianship_id=guardianship,
                shown_code=self._shown_code(person, guardianship),
                until=now + TERM,
            )
        grant = acts_people.issue_grant(
            world,
            actor=self._director,
            reason=WHY,
            guardianship_id=guardianship,
            starts_at=now,
            ends_at=now + TERM,
        )
        if family.revoked:
            acts_people.revoke_grant(world, actor=self._director, reason=WHY, grant_id=grant)

    def _agrees_on_paper(self, guardianship: int) -> None:
        """Enter that a guardian agreed on paper, as two of the staff do."""
        whose = of_guardian(self._world, guardianship)
        paper = enter_paper(self._world, actor=self._office, reason=WHY, whose=whose, level="clear")
        if paper is not None:
            look_at_paper(self._world, actor=self._director, reason=WHY, consent_id=paper)

    def _shown_code(self, person: int, guardianship: int) -> str:
        """Return the check code that somebody reads on their own page."""
        world = self._world
        with reading(world.database) as connection:
            checks = load_checks(connection, world.vault, person, world.clock.now())
        return next(check.code for check in checks if check.id == guardianship)
