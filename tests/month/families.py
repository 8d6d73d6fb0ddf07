"""Who is in the kindergarten of the month: twelve classes, their children, guardians and grandparents."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from access.database import reading, writing
from access.delegations import Delegation
from access.enrolment import Child, Enrolment, Guardianship
from access.people import Person, SignIn
from access.places import Camera, Room
from tests.school import School

CLASSES = (
    "太阳班",
    "星星班",
    "月亮班",
    "彩虹班",
    "云朵班",
    "小溪班",
    "森林班",
    "海洋班",
    "春天班",
    "种子班",
    "蜜蜂班",
    "小鹿班",
)
CHILDREN_OF_A_CLASS = 13
#: Of so many children one has a grandmother or grandfather who watches.
ONE_GRANDPARENT_IN = 2
#: Above whatever the acts gave.
FIRST = 10_000
STAFF_NAMES = ("郑老师", "何园务", "冯园长", "许管理员")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭林高罗梁"
GIVEN = [
    "子涵",
    "雨桐",
    "浩然",
    "欣怡",
    "梓萱",
    "俊杰",
    "思源",
    "佳宁",
    "晨曦",
    "明轩",
    "若溪",
    "一诺",
    "知远",
    "诗雅",
    "嘉禾",
    "安然",
    "书瑶",
    "天佑",
    "乐乐",
    "可心",
]
ADULTS = [
    "伟",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "志强",
    "秀兰",
    "晓红",
    "建华",
    "海燕",
    "文博",
    "雪梅",
]
ELDERS = ["桂兰", "玉珍", "淑芬", "秀英", "德福", "国强", "凤霞", "建国", "素云", "长顺"]
#: Whom somebody asks about by name: nobody else is called so.
GRANDMOTHER = "欧阳玉兰"
DEVICES = ("微信, Android", "微信, iPhone", "Chrome, Android", "Safari, iPhone", "Edge, Windows")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who watches for a child, and the device on which they do."""

    person: int
    name: str
    child: int
    child_name: str
    class_group: int
    room: int
    guardianship: int
    sign_in: int
    device: str
    network: str
    #: Of a grandparent.
    delegation: int | None = None

    @property
    def other_sign_in(self) -> int:
        """Return their other device, which they seldom use."""
        return self.sign_in + 50_000

    @property
    def ids(self) -> dict[str, int]:
        """Return what the subject of an entry about their watching names."""
        return {
            "person": self.person,
            "child": self.child,
            "class_group": self.class_group,
            "room": self.room,
            "guardianship": self.guardianship,
            "sign_in": self.sign_in,
        }


@dataclass(frozen=True, slots=True)
class Families:
    """Everybody who watches, and the classes with room and camera."""

    viewers: list[Viewer]
    #: Class → room.
    rooms: dict[int, int]
    #: Room → camera.
    cameras: dict[int, int]

    def of_class(self, class_group: int) -> list[Viewer]:
        """Return who watches for a child of one class."""
        return [one for one in self.viewers if one.class_group == class_group]

    def named(self, name: str) -> Viewer:
        """Return the one who is called so."""
        (found,) = [one for one in self.viewers if one.name == name]
        return found


def settle(school: School, chance: random.Random, now: datetime) -> Families:
    """Write the records of the families into a school that has the classes, and return them."""
    groups = [school.class_groups[name] for name in CLASSES]
    rooms = {school.class_groups[name]: school.rooms[name] for name in CLASSES}
    with reading(school.world.database) as connection:
        of_room = {row.room_id: row.id for row in connection.execute(select(Camera.id, Camera.room_id))}
    viewers = list(_viewers(chance, groups, rooms))
    _write(school, viewers, now)
    return Families(viewers, rooms, {room: of_room[room] for room in rooms.values()})


def _viewers(chance: random.Random, groups: list[int], rooms: dict[int, int]) -> Iterator[Viewer]:
    count = len(groups) * CHILDREN_OF_A_CLASS
    tie = FIRST
    for nth in range(count):
        surname, group = chance.choice(SURNAMES), groups[nth // CHILDREN_OF_A_CLASS]
        child_name = surname + chance.choice(GIVEN)
        home = f"10.{nth % 250}.{chance.randrange(250)}.0/24"
        grandparent = nth % ONE_GRANDPARENT_IN == 0
        for which in range(3 if grandparent else 2):
            names = ELDERS if which == 2 else ADULTS
            name = (surname if which == 0 else chance.choice(SURNAMES)) + chance.choice(names)
            person = FIRST + nth * 3 + which
            if which < 2:
                tie = person
            yield Viewer(
                person=person,
                name=GRANDMOTHER if (nth, which) == (0, 2) else name,
                child=FIRST + nth,
                child_name=child_name,
                class_group=group,
                room=rooms[group],
                guardianship=tie if which < 2 else FIRST + nth * 3,
                sign_in=person,
                device=chance.choice(DEVICES),
                network=home if which != 1 else f"10.{nth % 250}.{chance.randrange(250)}.0/24",
                delegation=person if which == 2 else None,
            )


def _write(school: School, viewers: list[Viewer], now: datetime) -> None:
    dated = {"school_id": school.id, "recorded_at": now}
    until = now + timedelta(days=200)
    verified = {"verified_at": now, "verified_until": until}
    office = school.staff["office"]
    guardians = [one for one in viewers if one.delegation is None]
    elders = [one for one in viewers if one.delegation is not None]
    children = {one.child: one for one in viewers}
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (Child, [{"id": n, "key": f"c{n}", "name": one.child_name, **dated} for n, one in children.items()]),
        (Person, [_person(one, now) for one in viewers]),
        (
            Enrolment,
            [
                {"key": f"e{n}", "child_id": n, "class_group_id": one.class_group, "starts_at": now, **dated}
                for n, one in children.items()
            ],
        ),
        (
            Guardianship,
            [
                {
                    "id": one.guardianship,
                    "key": f"u{one.guardianship}",
                    "person_id": one.person,
                    "child_id": one.child,
                    "starts_at": now,
                    **dated,
                    **verified,
                }
                for one in guardians
            ],
        ),
        (
            Delegation,
            [
                {
                    "id": one.delegation,
                    "key": f"g{one.delegation}",
                    "name": one.name,
                    **dated,
                    "guardianship_id": one.guardianship,
                    "proposed_by": one.guardianship,
                    "person_id": one.person,
                    "approved_by": office,
                    "approved_at": now,
                    "ends_at": until,
                    **verified,
                }
                for one in elders
            ],
        ),
        (SignIn, [_sign_in(one.sign_in, one, one.device, now) for one in viewers]),
        (SignIn, [_sign_in(one.other_sign_in, one, "Edge, Windows", now) for one in viewers]),
    ]
    with writing(school.world.database) as connection:
        for table, some in rows:
            connection.execute(insert(table), some)
        for name in CLASSES:
            room = school.rooms[name]
            connection.execute(update(Room).where(Room.id == room).values(name=f"{name}教室"))
        for person, name in zip(school.staff.values(), STAFF_NAMES, strict=True):
            connection.execute(update(Person).where(Person.id == person).values(name=name))


def _person(one: Viewer, now: datetime) -> dict[str, Any]:
    key = f"p{one.person}"
    return {"id": one.person, "key": key, "name": one.name, "sign_in_name": key, "recorded_at": now}


def _sign_in(number: int, one: Viewer, device: str, now: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "key": f"d{number}",
        "person_id": one.person,
        "device": device,
        "token_hash": number.to_bytes(32),
        "started_at": now,
        "seen_at": now,
        "proven_at": now,
        "expires_at": now + timedelta(days=900),
    }
