"""The catalogue of kinds: nothing else is appended, and all of it is what some act writes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from access.acts import Actor, _append
from access.clock import FrozenClock
from access.database import reading, writing
from access.endings import RECORDERS
from access.log import entry
from access.log.kinds import KINDS, Log
from access.log.store import LogEntry
from access.recorded import Recorded
from access.world import World
from tests.entries import Entries
from tests.entry_faults import faults
from tests.readme import ROOT

#: Modules that name kinds and write none.
TOLD = frozenset({"access/log/kinds.py", "access/log/accounts.py", "access/grounds.py", "app/oversight"})
BY = Actor(None, "cli:test")
#: As long as the column is wide.
LONGEST = LogEntry.__table__.c.kind.type.length  # type: ignore[attr-defined]  # its type is a text


def modules() -> Iterator[Path]:
    for package in ("access", "app"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def texts_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def written_by_name() -> set[str]:
    """Return every kind that a call names as that of its entry, or of the entry that tells it was refused."""
    found: set[str] = set()
    for path in modules():
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            for keyword in call.keywords:
                if keyword.arg == "kind":
                    found.update(text for text in texts_in(keyword.value) if ":" in text)
                if keyword.arg == "tells" and isinstance(keyword.value, ast.Dict):
                    found.update(text for value in keyword.value.values for text in texts_in(value))
    return found


def test_an_unknown_kind_is_refused_and_nothing_is_written(world: World, clock: FrozenClock) -> None:
    with pytest.raises(ValueError, match="window:opened"), writing(world.database) as connection:
        entry.append(connection, log=entry.INSTALLATION, kind="window:opened", at=clock.now(), body={})

    with reading(world.database) as connection:
        assert connection.execute(select(func.count()).select_from(LogEntry)).scalar_one() == 0


def test_every_kind_that_an_act_names_is_in_the_catalogue() -> None:
    named = written_by_name()

    assert len(named) > len(KINDS) / 2, "they are found"
    assert sorted(named - KINDS.keys()) == []


def test_every_ending_is_a_kind_of_the_catalogue() -> None:
    assert sorted(RECORDERS.keys() - KINDS.keys()) == []


def test_every_kind_of_the_catalogue_is_one_that_code_writes() -> None:
    writers = [path for path in modules() if not any(part in str(path) for part in TOLD)]

    there = {text for path in writers for text in texts_in(ast.parse(path.read_text("utf-8")))}

    assert sorted(KINDS.keys() - there) == []


def test_every_kind_fits_its_column() -> None:
    assert [kind for kind in KINDS if len(kind) > LONGEST] == []


def test_what_an_entry_fails_to_say_is_named() -> None:
    whole = {"actor": {"person": 1, "via": "web"}, "reason": "nap", "revision": 3, "subject": {"room": 4}}
    silent = {name: said for name, said in whole.items() if name != "reason"}

    assert faults(Log.SCHOOL, "curtain:drawn", whole) == []
    assert faults(Log.SCHOOL, "curtain:drawn", silent) == ["curtain:drawn: no reason"]
    assert faults(Log.INSTALLATION, "curtain:drawn", whole) == ["curtain:drawn: in another log"]
    assert faults(Log.SCHOOL, "camera:back", whole) == [
        "camera:back: no subject.camera",
        "camera:back: no since",
    ]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Entries:
    """A listener of one's own, which fails no test."""
    mine = Entries(entry.append)
    monkeypatch.setattr(entry, "append", mine.append)
    return mine


def test_an_act_that_names_no_record_is_heard(world: World, clock: FrozenClock, listener: Entries) -> None:
    with writing(world.database) as connection:
        _append(connection, Recorded(None, {}), kind="person:closed", at=clock.now(), actor=BY, reason="test")

    assert listener.taken() == ["person:closed: no subject.person"]
