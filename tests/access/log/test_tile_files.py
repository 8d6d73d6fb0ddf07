"""That the files of a whole log are those of C2SP, to the byte, and Go finds the log in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text

from access.database import connect, reading, writing
from access.errors import Refused
from access.log import tile_files
from access.log.checkpoints import Checkpoint, parse_checkpoint, sign_checkpoint
from access.log.leaves import parse_leaf
from access.log.notes import parse_note
from access.log.store import LogEntry, LogHead
from access.log.tile_files import write_tiles
from tests.access.log.conftest import LONG
from tests.access.log.exporting import KEY, signed
from tests.access.log.outside import OK, GoVerifier, spelled
from tests.access.log.test_by_go import publish
from tests.access.log.trees import GrownTree
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING

#: No school's.
LOG = 77
ORIGIN = "littlewindow.invalid/log/0123456789abcdef/1"


class Directory:
    """Takes files as they come; none twice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []

    def write(self, name: str, data: bytes) -> None:
        assert name not in self.names
        self.names.append(name)
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_bytes(data)


def files_in(path: Path) -> dict[str, bytes]:
    return {str(one.relative_to(path)): one.read_bytes() for one in path.rglob("*") if one.is_file()}


@pytest.fixture(scope="module")
def long_log(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path, long_tree: GrownTree
) -> Iterator[Connection]:
    """A log as long as that tree, as far as leaves are made of it."""
    path = tmp_path_factory.mktemp("long") / "portal.db"
    path.write_bytes(empty_database.read_bytes())
    engine = connect(f"sqlite:///{path}")
    leaves = map(parse_leaf, long_tree.leaves)
    with writing(engine) as connection:
        connection.execute(insert(LogHead).values(log=LOG))
        nothing = {"log": LOG, "at": MORNING, "salt": bytes(32), "body": b"{}"}
        connection.execute(
            insert(LogEntry),
            [
                {**nothing, "number": n, "kind": of.kind, "commitment": of.commitment}
                for n, of in enumerate(leaves)
            ],
        )
    with reading(engine) as connection:
        yield connection
    engine.dispose()


@pytest.mark.sqlite
@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_536, LONG])
def test_the_files_of_a_log_are_those_of_its_tree(
    long_log: Connection, long_tree: GrownTree, tmp_path: Path, size: int
) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, size, long_tree.root(size)), [KEY.signer(ORIGIN)])
    here, there = Directory(tmp_path / "here"), tmp_path / "there"
    told: list[tuple[int, int]] = []

    write_tiles(long_log, LOG, note, here.write, lambda *far: told.append(far))

    publish(long_tree, size, there)
    assert files_in(here.path) == {**files_in(there), "checkpoint": note}
    assert here.names[-1] == "checkpoint"
    assert told == [(min(end, size), size) for end in range(4_096, size + 4_096, 4_096)]


def test_go_reads_a_schools_log_out_of_its_files(
    written: WritingSchool,
    in_hand: Connection,
    go: GoVerifier,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tile_files, "AT_ONCE", 7)
    key, note = signed(in_hand, written.id)
    said = parse_checkpoint(parse_note(note).text)

    write_tiles(in_hand, written.id, note, Directory(tmp_path).write)

    tree = {"Directory": str(tmp_path), "Size": said.size, "Root": spelled(said.root)}
    signature = {"Text": (tmp_path / "checkpoint").read_text(), "Vkey": key.vkey, "Name": key.name}
    cases = [
        {**tree, "Ask": "tiles", "Numbers": list(range(said.size))},
        {**tree, "Ask": "bundles"},
        {**tree, "Ask": "checkpoint", **signature},
    ]
    assert go.answers(cases) == [OK] * 3


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "UPDATE log_entry SET commitment = :other WHERE log = :log AND number = 3", id="commitment"
        ),
        pytest.param("UPDATE log_entry SET commitment = :short WHERE log = :log AND number = 3", id="length"),
        pytest.param("UPDATE log_entry SET kind = 'Room' WHERE log = :log AND number = 3", id="kind"),
        pytest.param("UPDATE log_entry SET number = 3000 WHERE log = :log AND number = 3", id="number"),
        pytest.param("DELETE FROM log_entry WHERE log = :log AND number = :last", id="last"),
    ],
)
def test_a_log_that_was_written_into_gets_no_checkpoint(
    written: WritingSchool,
    in_hand: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
) -> None:
    _, note = signed(in_hand, written.id)
    last = parse_checkpoint(parse_note(note).text).size - 1
    values = {"other": bytes(32), "short": bytes(31), "last": last}
    asked = {name: value for name, value in values.items() if f":{name}" in statement}
    in_hand.execute(text(statement), {**asked, "log": written.id})

    for at_once in (7, tile_files.AT_ONCE):
        monkeypatch.setattr(tile_files, "AT_ONCE", at_once)
        files = Directory(tmp_path / str(at_once))
        with pytest.raises(Refused, match="log:broken"):
            write_tiles(in_hand, written.id, note, files.write)
        assert "checkpoint" not in files.names
