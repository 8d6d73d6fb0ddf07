"""A kindergarten with every kind of family in it, so that every page has something to show."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from access import acts_people, acts_places
from access.acts import Actor
from access.acts_custody import add_custody_rule
from access.acts_delegates import propose_delegate
from access.acts_gates import confirm_gates, take_gate_back
from access.database import reading
from access.enrolment import Guardianship
from access.new_factors import make_recovery_codes
from access.places import Room
from access.sign_ins import begin_sign_in, find_sign_in
from access.viewing import Viewings
from tests.access.with_factors import gives_app, gives_passkey, sign_in
from tests.consenting import agrees_on_paper
from tests.e2e.living import ALL_WEEK, PASSPHRASE, Living
from tests.gates import opens_gates
from tests.shown_codes import shown_code

TERM = timedelta(days=90)
ZONE = "Asia/Shanghai"

#: Sign-in name → what the person is called.
STAFF = {
    "director": "王园长 Wang Yaqin",
    "office": "李静 Li Jing",
    "teacher": "陈梅 Chen Mei",
    "administrator": "Alex Morgan",
}
#: Sign-in name → name, and child's name → class. Names are as people have them.
FAMILIES: dict[str, tuple[str, dict[str, str]]] = {
    "lin": ("林小雨", {"林豆豆": "oak"}),
    "twins": ("赵奶奶", {"赵天天": "oak", "赵晴晴": "elm"}),
    "curtain": ("Noor Haddad", {"Ilyas Haddad": "birch"}),
    "unverified": ("周敏", {"周米粒": "oak"}),
    "nobody": ("Tom Becker", {}),
    "names": (
        "أحمد بن عبد الرحمن",
        {"Maximiliane-Alexandra Freifrau von und zu Wolkenstein-Trostburg 🌻🐼": "long", "نور": "oak"},
    ),
}
CLASSES = {
    "oak": "橡树班",
    "elm": "榆树班",
    "birch": "白桦班",
    "long": "大班·阳光实验双语蒙特梭利混龄第三教学组（二〇二六至二〇二七学年第一学期）" + "Q" * 30,
}
ROOMS = {
    "oak": "橡树教室",
    "elm": "榆树教室",
    "birch": "白桦教室",
    "long": "三号楼二层东侧多功能活动室兼午休室",
}


class Kindergarten:
    """The oak room is open and filmed, the elm closed by its hours, the birch behind its curtain."""

    def __init__(self, living: Living, camera_address: str, name: str = "向日葵幼儿园") -> None:
        self.living = living
        self.world = living.world
        self._now = self.world.clock.now() - timedelta(seconds=1)
        self._machine = Actor(person_id=None, via="cli:school")
        self.id = acts_people.add_school(
            self.world, **self._by(self._machine), name=name, zone=ZONE, language="zh", country=None
        )
        self.staff = {role: self._person(self._machine, role, called) for role, called in STAFF.items()}
        for role, person in self.staff.items():
            acts_people.appoint(
                self.world, **self._by(self._machine), school_id=self.id, person_id=person, role=role
            )
        self.office = Actor(self.staff["office"], via="web")
        self.director = Actor(self.staff["director"], via="web")
        self.newcomer = self._newcomer("newcomer", "新来的 Sam")
        self.coded = self._newcomer("coded", "何慧 He Hui")
        self._gives_factors(self.coded)
        self.classes = {key: self._class(key) for key in CLASSES}
        self.rooms = {key: self._room(key, camera_address) for key in ROOMS}
        self.people = {who: self._family(who, *family) for who, family in FAMILIES.items()}
        acts_people.add_child(self.world, **self._by(self.office), school_id=self.id, name="钱来来")
        self._have_rules_and_relatives()
        self.draws_curtain("birch", "nap")
        self._installs_one_more(camera_address)

    def _installs_one_more(self, address: str) -> None:
        """Hang a camera of which little is confirmed, beside one whose sign is missing."""
        by: dict[str, Any] = self._by(self.office)
        camera = acts_places.add_camera(
            self.world,
            **by,
            room_id=self.rooms["birch"],
            name="备用 Spare",
            address=address,
            allow_loopback=True,
        )
        purpose = "家长看到孩子们的活动"
        confirm_gates(self.world, **by, camera_id=camera, kinds=["purpose", "sign"], purpose=purpose)
        take_gate_back(self.world, **by, camera_id=camera, kind="sign")

    def guardianship_of(self, who: str) -> tuple[int, str]:
        """Return the first guardianship of somebody, and its key."""
        tied = select(Guardianship.id, Guardianship.key).where(Guardianship.person_id == self.people[who])
        with reading(self.world.database) as connection:
            row = connection.execute(tied.order_by(Guardianship.id).limit(1)).one()
        return row.id, row.key

    def _have_rules_and_relatives(self) -> None:
        """Limit a guardian by two rules that contradict each other, and have another propose a relative."""
        for kind in ("odd_weeks", "even_weeks"):
            add_custody_rule(
                self.world,
                **self._by(self.office),
                guardianship_id=self.guardianship_of("unverified")[0],
                kind=kind,
                starts_at=self._now,
            )
        propose_delegate(
            self.world,
            actor=Actor(self.people["lin"], via="web"),
            guardianship_id=self.guardianship_of("lin")[0],
            name="林奶奶",
        )

    def _newcomer(self, sign_in_name: str, name: str) -> int:
        """Add a teacher who has not been there yet."""
        person = self._person(self._machine, sign_in_name, name)
        acts_people.appoint(
            self.world, **self._by(self._machine), school_id=self.id, person_id=person, role="teacher"
        )
        return person

    def _gives_factors(self, person: int) -> None:
        """Have somebody add an app that shows codes, a passkey, and print their sheet."""
        here = sign_in(self.world, person)
        gives_app(self.world, here)
        gives_passkey(self.world, here)
        make_recovery_codes(self.world, here)

    def _by(self, actor: Actor) -> dict[str, Any]:
        return {"actor": actor, "reason": "开学 start of term"}

    def draws_curtain(self, room: str, reason: str) -> None:
        """Hide a room."""
        acts_places.draw_curtain(self.world, actor=self.office, reason=reason, room_id=self.rooms[room])

    def opens_curtain(self, room: str) -> None:
        """Show it again."""
        acts_places.open_curtain(self.world, **self._by(self.director), room_id=self.rooms[room])

    def is_watched_by(self, number: int) -> None:
        """Let so many guardians watch the oak room, for the ten seconds of a lease."""
        viewings = Viewings(self.world)
        key = self.room_key("oak")
        for count in range(number):
            person = self._family(f"parent{count}", f"家长{count} Parent", {f"孩子{count}": "oak"})
            token = begin_sign_in(self.world, person, "WeChat, Android")
            with reading(self.world.database) as connection:
                found = find_sign_in(connection, token, self.world.clock.now(), self.world.stops)
            assert found is not None
            viewings.open(found, key, "WeChat, Android")

    def room_key(self, room: str) -> str:
        """Return the random name of a room in addresses."""
        with reading(self.world.database) as connection:
            return str(connection.execute(select(Room.key).where(Room.id == self.rooms[room])).scalar_one())

    def _person(self, actor: Actor, sign_in_name: str, name: str) -> int:
        person = acts_people.add_person(
            self.world,
            **self._by(actor),
            name=name,
            sign_in_name=sign_in_name,
            school_id=self.id,
        )
        acts_people.set_passphrase(self.world, **self._by(actor), person_id=person, passphrase=PASSPHRASE)
        return person

    def _class(self, key: str) -> int:
        group = acts_people.add_class_group(
            self.world, **self._by(self.office), school_id=self.id, name=CLASSES[key]
        )
        another_day = (self._now + timedelta(days=3)).weekday()
        windows = [(another_day, 8 * 60 + 30, 11 * 60)] if key == "elm" else ALL_WEEK
        acts_places.set_hours(self.world, **self._by(self.director), class_group_id=group, windows=windows)
        return group

    def _room(self, key: str, address: str) -> int:
        by = self._by(self.office)
        room = acts_places.add_room(self.world, **by, school_id=self.id, name=ROOMS[key])
        acts_places.use_room(
            self.world, **by, room_id=room, class_group_id=self.classes[key], starts_at=self._now
        )
        camera = acts_places.add_camera(
            self.world, **by, room_id=room, name=ROOMS[key], address=address, allow_loopback=True
        )
        opens_gates(self.world, camera, by=self.office, second=self.director)
        acts_places.open_curtain(self.world, **self._by(self.director), room_id=room)
        return room

    def _family(self, sign_in_name: str, name: str, children: dict[str, str]) -> int:
        person = self._person(self.office, sign_in_name, name)
        for child_name, class_key in children.items():
            self._tie(person, child_name, class_key, verified=sign_in_name != "unverified")
        return person

    def _tie(self, person: int, child_name: str, class_key: str, *, verified: bool) -> None:
        world, by, until = self.world, self._by(self.office), self._now + TERM
        child = acts_people.add_child(world, **by, school_id=self.id, name=child_name)
        acts_people.enrol(
            world, **by, child_id=child, class_group_id=self.classes[class_key], starts_at=self._now
        )
        tie = acts_people.add_guardianship(
            world, **by, person_id=person, child_id=child, starts_at=self._now, ends_at=None
        )
        agrees_on_paper(world, tie, office=by["actor"], director=self._by(self.director)["actor"])
        if verified:
            acts_people.verify_guardianship(
                world,
                **self._by(self.director),
                guardianship_id=tie,
                shown_code=shown_code(world, tie),
                until=until,
            )
        acts_people.issue_grant(
            world, **self._by(self.director), guardianship_id=tie, starts_at=self._now, ends_at=until
        )
