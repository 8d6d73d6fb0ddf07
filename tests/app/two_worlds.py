"""Two schools at work side by side, step by step, and what each of them is to the other."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import select

from access import acts_people, acts_places
from access.database import reading
from access.errors import Refused
from access.explain import explain
from access.log.accounts import OF_STRANGERS, ever_known
from access.log.entry import read_entries
from access.people import Person, SignIn
from access.people import School as SchoolRecord
from access.places import Room
from access.records import Base
from access.sign_ins import recognise
from access.watching import watching
from app.cli import main
from tests.app.public_keys import key_of
from tests.app.side import CANARIES, KEYED, MOON, OF_A_SCHOOL, QUESTIONS, ROLES, Side
from tests.browser import Browser
from tests.guardian import Watching
from tests.school import PASSPHRASE, School
from tests.two_schools import appoints, chooses, takes_in_a_child

ENGLISH = {"Accept_Language": "en-GB"}
TIES = {"grants": "grant", "guardianships": "guardianship", "enrolments": "enrolment"}


class TwoWorlds:
    """Two schools, people of both, and the steps they take."""

    def __init__(self, school: School, home: Path) -> None:
        self.home = home
        self.world, self.clock = school.world, school.clock
        school.settings.key_path.write_bytes(bytes(32))
        school.settings.key_path.chmod(0o400)
        neighbour = school.neighbour(called=MOON)
        self.sides = tuple(
            Side(one, canary) for one, canary in zip((school, neighbour), CANARIES, strict=True)
        )
        for side in self.sides:
            side.staff = {role: getattr(side.school, role)() for role in ROLES}
            side.families.append(side.school.guardian(of=side.classes[0]))
            side.recorder = acts_places.add_recorder(
                self.world,
                **side.by_office,
                school_id=side.school.id,
                name=f"{side.canary} box",
                address="rtsp://192.0.2.9:554/{channel}",
            )
        self.of_both = [self._somebody(number) for number in range(2)]
        for side, person in product(self.sides, self.of_both):
            side.memberships.append(appoints(side.school, person, "teacher"))

    def _somebody(self, number: int) -> int:
        by: dict[str, Any] = {"actor": self.sides[number % 2].school.office_actor, "reason": "of both"}
        person = acts_people.add_person(
            self.world, **by, name=f"BOTHQX {number}", sign_in_name=f"both{number}"
        )
        acts_people.set_passphrase(self.world, **by, person_id=person, passphrase=PASSPHRASE)
        return person

    # -- what each step does; those that sign somebody in are acts of the installation ----

    def family(self, side: Side, _: Side, pick: int) -> None:
        side.families.append(
            side.school.guardian(of=side.classes[pick % 2], verified=pick % 3 > 0, granted=pick % 5 > 0)
        )

    def family_of_both(self, side: Side, _: Side, pick: int) -> None:
        takes_in_a_child(side.school, side.classes[pick % 2], self.of_both[pick % 2])

    def device_of_both(self, side: Side, _: Side, pick: int) -> None:
        device = Browser(side.school.app, side.school.sign_in(self.of_both[pick % 2]))
        if chooses(device, side.school).status == 303:
            side.guests.append(device)

    def switches(self, side: Side, other: Side, pick: int) -> None:
        if other.guests:
            device = other.guests.pop(pick % len(other.guests))
            moved = chooses(device, side.school).status == 303
            (side if moved else other).guests.append(device)

    def curtain(self, side: Side, _: Side, pick: int) -> None:
        key = side.school.room_key(side.classes[pick % 2])
        verb = "draw" if pick % 3 else "open"
        form = {"reason": f"{side.canary} reason"}
        answer = side.staff["teacher"].post(f"/office/rooms/{key}/curtain/{verb}", form)
        assert answer.status == 303

    def ends_a_tie(self, side: Side, _: Side, pick: int) -> None:
        path = list(TIES)[pick % 3]
        key = self._tie(side, path, pick)
        if key:
            form = {"reason": f"{side.canary} reason"}
            assert side.staff["office"].post(f"/office/{path}/{key}/end", form).status == 303

    def watches(self, side: Side, _: Side, pick: int) -> None:
        family = side.families[pick % len(side.families)]
        answer = family.asks_to_open(side.classes[0])
        if answer.status == 201:
            side.viewings.append(Watching(family, answer.json["viewing"]))

    def leaves(self, side: Side, _: Side, pick: int) -> None:
        if side.viewings:
            side.viewings[pick % len(side.viewings)].close()

    def appoints(self, side: Side, _: Side, pick: int) -> None:
        role = ROLES[pick % len(ROLES)]
        side.memberships.append(appoints(side.school, self.of_both[pick % 2], role))

    def dismisses(self, side: Side, _: Side, pick: int) -> None:
        place = side.memberships.pop(pick % len(side.memberships)) if side.memberships else None
        if place is not None:
            acts_people.dismiss(self.world, **side.by_office, membership_id=place)

    def another_room(self, side: Side, _: Side, pick: int) -> None:
        act = side.by_office
        room = acts_places.add_room(
            self.world, **act, school_id=side.school.id, name=f"{side.canary} room {pick}"
        )
        group = side.school.class_groups[side.classes[pick % 2]]
        side.uses.append(
            acts_places.use_room(
                self.world, **act, room_id=room, class_group_id=group, starts_at=self.clock.now()
            )
        )

    def ends_a_use(self, side: Side, _: Side, pick: int) -> None:
        if side.uses:
            use = side.uses.pop(pick % len(side.uses))
            acts_places.end_room_use(self.world, **side.by_office, room_use_id=use)

    def hours(self, side: Side, _: Side, pick: int) -> None:
        group = side.school.class_groups[side.classes[pick % 2]]
        windows = [] if pick % 4 == 0 else [(day, 8 * 60, 12 * 60 + pick) for day in range(7)]
        acts_places.set_hours(self.world, **side.by_office, class_group_id=group, windows=windows)

    def reaches_over(self, side: Side, other: Side, pick: int) -> None:
        """Try everything upon what is the other school's."""
        nothing = side.school.not_found
        guests = [guest for guest in side.guests if self._still_works_in(guest, side)]
        actors = [*side.staff.values(), *guests]
        for browser in actors:
            for address in addresses_of(self, other, pick):
                assert browser.post(address, {"reason": "over the wall"}) == nothing, address
        family = side.families[pick % len(side.families)]
        assert family.post(f"/rooms/{other.school.room_key(other.classes[0])}/viewings") == nothing
        for watching_there in other.viewings:
            for address in ("status", "main/index.m3u8"):
                assert family.get(f"/live/{watching_there.key}/{address}") == nothing
        for act in self._acts_of_two(side, other):
            try:
                act()
            except Refused as refused:
                assert refused.reason.endswith(":unknown")  # noqa: PT017  # of many acts, each
            else:
                raise AssertionError("an act has tied the two schools")

    def _acts_of_two(self, side: Side, other: Side) -> Iterator[Callable[[], object]]:
        act, now = side.by_office, self.clock.now()
        theirs = other.school.class_groups[other.classes[0]]
        ours = side.school.rooms[side.classes[0]]
        child = self._ids("child", side.school)[0]
        yield lambda: acts_places.use_room(
            self.world, **act, room_id=ours, class_group_id=theirs, starts_at=now
        )
        yield lambda: acts_people.enrol(
            self.world, **act, child_id=child, class_group_id=theirs, starts_at=now
        )
        yield lambda: acts_places.add_camera(
            self.world, **act, room_id=ours, name="x", recorder_id=other.recorder, channel=1
        )

    # -- what there is -----------------------------------------------------------------

    def _tie(self, side: Side, path: str, pick: int) -> str:
        table = Base.metadata.tables["access_grant" if path == "grants" else TIES[path]]
        with reading(self.world.database) as connection:
            asked = select(table.c.key).where(table.c.school_id == side.school.id).order_by(table.c.id)
            keys = list(connection.execute(asked).scalars())
        return keys[pick % len(keys)] if keys else ""

    def _ids(self, table_name: str, school: School) -> list[int]:
        table = Base.metadata.tables[table_name]
        with reading(self.world.database) as connection:
            asked = select(table.c.id).where(table.c.school_id == school.id).order_by(table.c.id)
            return list(connection.execute(asked).scalars())

    def standing(self, side: Side) -> dict[str, Any]:
        """Return what nothing that happens in the other school may change."""
        return self.standing_at(side, self.clock.now())

    def standing_at(self, side: Side, now: datetime) -> dict[str, Any]:
        """Return how it stands at an instant, as the records have it now."""
        school = side.school
        with reading(self.world.database) as connection:
            asked = select(SchoolRecord.revision).where(SchoolRecord.id == school.id)
            rooms = connection.execute(select(Room.id).where(Room.school_id == school.id)).scalars().all()
            guardians = {family.person for family in side.families} | set(self.of_both)
            entries = read_entries(connection, school.id, limit=1000)
            return {
                "revision": connection.execute(asked).scalar_one(),
                "log": [entry.body for entry in entries if entry.kind not in OF_STRANGERS],
                "refused": sum(entry.kind in OF_STRANGERS for entry in entries),
                "decisions": {
                    (person, room): explain(connection, person, room, now).as_record()
                    for person, room in product(sorted(guardians), rooms)
                },
                "watching": watching(connection, school.id, now),
            }

    def names_of(self, other: Side, side: Side) -> set[str]:
        """Return the keys of everything of the other school, and of whomever it alone knows."""
        with reading(self.world.database) as connection:
            keys = {
                key
                for table in KEYED
                for key in connection.execute(
                    select(table.c.key).where(table.c.school_id == other.school.id)
                ).scalars()
            }
            strangers = select(Person.id).where(
                Person.id.in_(ever_known(other.school.id)), Person.id.not_in(ever_known(side.school.id))
            )
            for key, whose in ((Person.key, Person.id), (SignIn.key, SignIn.person_id)):
                keys.update(connection.execute(select(key).where(whose.in_(strangers))).scalars())
        return {*keys, key_of(other.school, SchoolRecord, other.school.id), other.canary}

    def pages(self, side: Side, other: Side, pick: int) -> Iterator[tuple[str, str]]:
        """Yield every page that people of the school read, also where they ask for the other's."""
        theirs = sorted(self.names_of(other, side) - {other.canary})
        asked = theirs[pick % len(theirs)]
        addresses = (
            *("/office", f"/office?class={asked}", "/oversight", "/oversight?of=accounts"),
            *(f"/oversight?room={asked}", f"/oversight?person={asked}"),
        )
        for who, browser in [*side.staff.items(), *(("guest", guest) for guest in side.guests)]:
            if who == "guest" and not self._still_works_in(browser, side):
                continue
            for address in addresses:
                yield f"{who} {address}", browser.get(address, **ENGLISH).body.decode()
        for family in side.families:
            yield "home", family.get("/home", **ENGLISH).body.decode()
            room = other.school.room_key(other.classes[0])
            assert family.get(f"/rooms/{room}") == side.school.not_found

    def _still_works_in(self, browser: Browser, side: Side) -> bool:
        found = recognise(self.world, browser.cookie("__Host-sign-in") or "")
        return found is not None and found.works_in == side.school.id

    def log_of(self, side: Side) -> Iterator[tuple[str, int]]:
        """Yield every record that an entry of the school's log is about: its table and number."""
        with reading(self.world.database) as connection:
            for entry in read_entries(connection, side.school.id, limit=1000):
                for kind, number in entry.body["subject"].items():
                    table = "access_grant" if kind == "grant" else kind
                    if table in OF_A_SCHOOL and isinstance(number, int):
                        yield table, number

    def ids_of(self, side: Side) -> dict[str, set[int]]:
        """Return the numbers of the school's records, by table."""
        return {name: set(self._ids(name, side.school)) for name in OF_A_SCHOOL}

    def commands(self, side: Side) -> Iterator[tuple[str, str]]:
        """Yield what the command line tells of the school."""
        ram = self.home / "ram-of-commands"
        settings = {"PORTAL_DATA_DIRECTORY": str(self.home), "PORTAL_RAM_DIRECTORY": str(ram)}
        which = ("--school", side.school.called.school, "--json")
        persons = [family.person for family in side.families]
        explained = [("explain", str(person), f"{side.classes[0]} room") for person in persons[-2:]]
        for words in [*QUESTIONS, *explained]:
            told = CliRunner().invoke(main, [*words, *which], env=settings)
            assert told.exit_code == 0, (words, told.output)
            yield " ".join(words), json.dumps(json.loads(told.output), ensure_ascii=False)

    def later(self, minutes: int) -> None:
        """Let time go by in both, with everybody at their device."""
        self.clock.advance(timedelta(minutes=minutes))
        for side in self.sides:
            for browser in (*side.staff.values(), *side.families, *side.guests):
                side.school.is_there(browser)


def addresses_of(worlds: TwoWorlds, side: Side, pick: int) -> Iterator[str]:
    """Yield where staff of the school act upon what is theirs."""
    room = side.school.room_key(side.classes[pick % 2])
    yield from (f"/office/rooms/{room}/curtain/{verb}" for verb in ("draw", "open"))
    for path in TIES:
        key = worlds._tie(side, path, pick)
        if key:
            yield f"/office/{path}/{key}/end"
