"""A school as small as it gets: one guardian, one child, one class, one room, all in order.

Written row by row and not through acts, so that a test can put any single record
out of order, also in ways that no act would.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, insert, select, update

from access.camera_gates import CameraGate, GateKind
from access.clock import FrozenClock
from access.consent_records import Consent, ConsentText
from access.database import Base, connect, reading, writing
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.facts import load_facts
from access.grants import Grant
from access.journal import Journal
from access.log.entry import Entry, read_entries
from access.marked import load_unmarked
from access.people import Person, School, SignIn
from access.places import Camera, CurtainOpening, Epoch, Room, RoomUse, ViewingWindow
from access.policy import Decision, ViewingFacts, decide
from access.records import store
from access.stops import Mark, Scope, StopMarks
from access.vault import Vault
from access.viewing_records import Viewing
from access.world import World
from tests.prepared_asked import prepared_asked

#: A Tuesday, 10:00 in Shanghai, half an hour into the viewing hours.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(minutes=30), NOW + timedelta(minutes=90)
BEFORE, AFTER = NOW - timedelta(days=90), NOW + timedelta(days=90)
#: When the first text was written, published and in force.
FROM_THE_FIRST = ("recorded_at", "published_at", "starts_at")
ROOM_KEY, CAMERA_KEY = "r" * 22, "c" * 22
SECOND = timedelta(seconds=1)
#: How transactions and turns begin.
NO_QUESTIONS = ("BEGIN", "PRAGMA", "SET LOCAL", "SELECT pg_advisory")

assert store  # every table is known to the metadata


class SignedInHere:
    """The guardian's device, as little of it as a viewing asks for."""

    def __init__(self, sign_in_id: int = 1) -> None:
        self.sign_in_id = sign_in_id


class OneRoom:
    """Every record has the id 1; ``world`` is real and lies in *home*."""

    def __init__(self, home: Path, database: str) -> None:
        self.clock = FrozenClock(NOW)
        self.address = database
        engine = connect(database)
        stops = StopMarks(home / "marks", Journal(home / "journal"))
        self.world = World(database=engine, clock=self.clock, stops=stops, vault=Vault(bytes(32)))
        with writing(engine) as connection:
            self._fill(connection)

    def close(self) -> None:
        """Let go of files and connections."""
        self.world.stops.close()
        self.world.database.dispose()

    def add(self, model: type[Base], **values: Any) -> None:
        """Write one row."""
        with writing(self.world.database) as connection:
            connection.execute(insert(model), values)

    def change(self, model: type[Base], row_id: int = 1, /, **values: Any) -> None:
        """Put one record into another state, without an act."""
        with writing(self.world.database) as connection:
            by_id = model.__table__.c.id == row_id
            connection.execute(update(model).where(by_id).values(**values))

    def agrees(self, guardianship: int, person: int) -> None:
        """Have one more guardian agree, long ago."""
        said = {"school_id": 1, "consent_text_id": 1, "level": "clear", "how": "own"}
        since = {"recorded_at": BEFORE, "counts_from": BEFORE}
        key = f"k-{guardianship}"
        self.add(Consent, **said, **since, key=key, person_id=person, guardianship_id=guardianship)

    def act(self, model: type[Base], **values: Any) -> None:
        """Change a record and raise the school's revision, as every act does."""
        self.change(model, **values)
        self.change(School, revision=School.revision + 1)

    def mark(self, scope: Scope, record_id: int = 1) -> None:
        """Set a stop mark whose record is still to come."""
        self.world.stops.set([Mark(scope, record_id)])

    def facts(
        self, sign_in_id: int = 1, room_key: str | None = ROOM_KEY, room_id: int | None = None
    ) -> ViewingFacts:
        """Load the facts of a sign-in and a room."""
        now = self.clock.now()
        with reading(self.world.database) as connection:
            return load_facts(connection, sign_in_id=sign_in_id, room_key=room_key, room_id=room_id, now=now)

    def decides(self) -> Decision:
        """Decide for the guardian at this instant, marks included."""
        now = self.clock.now()
        facts = load_unmarked(self.world, sign_in_id=1, room_key=ROOM_KEY, now=now)
        return decide(facts, now)

    def viewing(self) -> Any:
        """Return the newest viewing's row."""
        with reading(self.world.database) as connection:
            rows = connection.execute(select(Viewing.__table__).order_by(Viewing.id.desc()))
            return rows.first()

    def entries(self) -> list[Entry]:
        """Return the school's log, oldest first."""
        with reading(self.world.database) as connection:
            return read_entries(connection, 1)[::-1]

    def told(self) -> list[str]:
        """Return the school's log in short: kind and reason."""
        return [f"{entry.kind} {entry.body['reason']}".strip() for entry in self.entries()]

    @contextmanager
    def queries(self) -> Iterator[list[str]]:
        """Note the SELECTs asked meanwhile."""
        asked: list[str] = []

        def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(NO_QUESTIONS):
                asked.append(statement)

        event.listen(self.world.database, "before_cursor_execute", note)
        with prepared_asked(self.world.database, lambda _, text: asked.append(text)):
            yield asked
        event.remove(self.world.database, "before_cursor_execute", note)

    def _fill(self, connection: Connection) -> None:
        def put(model: type[Base], **values: Any) -> None:
            connection.execute(insert(model), values)

        tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
        named = {"recorded_at": BEFORE}
        put(School, **named, key="s", name="S", zone="Asia/Shanghai", language="zh", revision=1)
        put(Person, **named, key="p1", name="Noor", sign_in_name="noor")
        seen = {"seen_at": BEFORE, "proven_at": BEFORE}
        device = {"device": "Phone", "started_at": BEFORE, "expires_at": AFTER, **seen}
        put(SignIn, key="d1", person_id=1, token_hash=bytes(32), **device)
        put(ClassGroup, **named, school_id=1, key="g1", name="Oak")
        put(Child, **named, school_id=1, key="h1", name="Ilyas")
        kind = {"kind": "classroom", "kind_since": BEFORE}
        put(Room, **named, **kind, school_id=1, key=ROOM_KEY, name="Oak room", level="clear")
        put(RoomUse, **tie, room_id=1, class_group_id=1)
        put(
            Camera,
            **named,
            school_id=1,
            room_id=1,
            key=CAMERA_KEY,
            name="Oak camera",
            sealed_address=self.world.vault.seal("rtsp://camera.example/1", CAMERA_KEY),
            activated_at=BEFORE,
        )
        for gate in GateKind:  # ids in their order
            of_camera = {"school_id": 1, "camera_id": 1, "confirmed_by": 1}
            put(
                CameraGate, **named, **of_camera, kind=gate.value, words="", ends_at=NOW + timedelta(days=400)
            )
        put(CurtainOpening, school_id=1, room_id=1, opened_at=BEFORE)
        put(
            ViewingWindow,
            school_id=1,
            class_group_id=1,
            weekday=1,
            starts_minute=570,
            ends_minute=690,
            recorded_at=BEFORE,
        )
        put(Enrolment, **tie, key="e1", child_id=1, class_group_id=1)
        verified = {"verified_at": BEFORE, "verified_until": AFTER}
        put(Guardianship, **tie, **verified, key="u1", person_id=1, child_id=1)
        text = {
            "purpose": "live_view",
            "audience": "family",
            "version": 1,
            "words_zh": "同意",
            "words_en": "Yes",
        }
        put(ConsentText, school_id=1, **text, **dict.fromkeys(FROM_THE_FIRST, BEFORE))
        said = {"school_id": 1, "consent_text_id": 1, "level": "clear", "how": "own"}
        answered = {"recorded_at": BEFORE, "counts_from": BEFORE}
        put(Consent, **said, **answered, key="k1", person_id=1, guardianship_id=1)
        put(Grant, **tie, key="a1", guardianship_id=1, ends_at=AFTER)
        epoch = {"level": "clear", "ordinal": 0, "first_k": 1, "started_at": SINCE}
        put(Epoch, school_id=1, room_id=1, camera_id=1, **epoch)
