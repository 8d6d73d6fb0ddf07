"""Carrying a log away, as it is typed: what lies on the disk, who may read it, and that it was done."""

import json
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from access.key_files import make_key_file
from access.log.checkpoints import open_checkpoint
from access.log.exports import ExportReader, check_export
from access.log.notes import NoteKey
from access.log.tables import check_table
from tests.access.log.conftest import go as go  # noqa: PLC0414  # the fixture
from tests.access.log.outside import OK, GoVerifier, spelled
from tests.cli.desk import Desk

ZONE = ZoneInfo("Asia/Shanghai")
REFUSED, WRONG_WORDS, NOT_NOW = 3, 2, 75


@pytest.fixture
def desk(first_desk: Desk) -> Desk:
    """A school with an office and a few entries."""
    make_key_file(first_desk.home / "log_key")
    first_desk.does("person", "add", "Li Jing", "office")
    first_desk.does("staff", "appoint", "office", "office")
    for name in ("橡树", "榆树", "枫树"):
        first_desk.does("class", "add", name, by="office")
    return first_desk


def told(desk: Desk, shape: str, out: Path, *words: str, by: str | None = "office") -> dict[str, Any]:
    answer = desk.does("log", "export", "--format", shape, "--out", str(out), *words, "--json", by=by)
    said: dict[str, Any] = json.loads(answer.output)
    return said


def newest(desk: Desk, *words: str) -> dict[str, object]:
    """Return the last entry but the one of this reading."""
    entry: dict[str, object] = json.loads(desk.does("log", "show", *words, "--limit", "2", "--json").output)[
        1
    ]
    return entry


def kinds(desk: Desk) -> list[str]:
    with closing(sqlite3.connect(desk.database)) as connection:
        return [
            kind for (kind,) in connection.execute("SELECT kind FROM log_entry WHERE log = 1 ORDER BY number")
        ]


def test_an_export_holds_and_has_its_own_entry(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "log.jsonl"

    said = told(desk, "jsonl", out)

    with out.open("rb") as file:
        checked = check_export(file, NoteKey.parse(said["key"]))
    last = json.loads(out.read_bytes().splitlines()[-1])["body"]
    assert checked.entries == said["entries"] == checked.checkpoint.size == len(kinds(desk))
    assert last["kind"] == "log:exported"
    assert last["subject"] == {"log": "school", "format": "jsonl", "from": None, "to": None}
    assert newest(desk) == last
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_table_comes_with_its_proofs(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"

    said = told(desk, "csv", out)

    beside = tmp_path / "log.csv.proofs.jsonl"
    with out.open("rb") as table, beside.open("rb") as proofs:
        assert check_table(table, ExportReader(proofs, NoteKey.parse(said["key"])), ZONE) == said["entries"]
    assert "Li Jing #1" in out.read_text("utf-8-sig")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (out, beside)} == {0o600}


def test_go_reads_the_tiles_that_were_exported(desk: Desk, tmp_path: Path, go: GoVerifier) -> None:
    out = tmp_path / "tiles"

    said = told(desk, "tiles", out)

    checkpoint, _ = open_checkpoint((out / "checkpoint").read_bytes(), NoteKey.parse(said["key"]))
    tree = {"Directory": str(out), "Size": checkpoint.size, "Root": spelled(checkpoint.root)}
    assert go.answers([{**tree, "Ask": "bundles"}, {**tree, "Ask": "tiles", "Numbers": [0]}]) == [OK] * 2
    assert checkpoint.size == said["entries"] == len(kinds(desk))
    made = [out, *out.rglob("*")]
    assert {stat.S_IMODE(one.stat().st_mode) for one in made if one.is_file()} == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert not any(b"Li Jing" in one.read_bytes() for one in made if one.is_file())


def test_days_are_those_of_the_school_and_the_last_one_is_in_it(desk: Desk, tmp_path: Path) -> None:
    today = datetime.now(UTC).astimezone(ZONE).date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)

    counts = [
        told(desk, "jsonl", tmp_path / str(number), *words)["entries"]
        for number, words in enumerate(
            [
                ("--from", str(yesterday), "--to", str(tomorrow)),
                ("--to", str(yesterday - timedelta(days=1))),
                ("--from", str(tomorrow + timedelta(days=1))),
            ]
        )
    ]

    subject = newest(desk)["subject"]
    assert counts == [len(kinds(desk)) - 3, 0, 0]
    assert subject == {
        "log": "school",
        "format": "jsonl",
        "from": f"{tomorrow + timedelta(days=1)}",
        "to": None,
    }


def test_the_last_day_ends_with_its_midnight_at_the_school(desk: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(desk.database)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for number, at in enumerate(("2026-10-31 15:59:59", "2026-10-31 16:00:00", "2026-11-01 15:59:59.9")):
            connection.execute(
                "UPDATE log_entry SET at = ? WHERE log = 1 AND number = ?", (f"{at:.19}.000000", number)
            )

    told(desk, "jsonl", tmp_path / "day", "--from", "2026-11-01", "--to", "2026-11-01")

    lines = [json.loads(line) for line in (tmp_path / "day").read_bytes().splitlines()]
    assert [line["number"] for line in lines[1:]] == [1, 2]


def test_the_installations_log_is_exported_into_its_own(desk: Desk, tmp_path: Path) -> None:
    said = told(desk, "csv", tmp_path / "log.csv", "--installation", by=None)

    assert newest(desk, "--installation")["kind"] == "log:exported"
    assert "log:exported" not in kinds(desk)
    assert said["entries"] == len((tmp_path / "log.csv").read_bytes().splitlines()) - 1


@pytest.mark.parametrize("shape", ["jsonl", "csv", "tiles"])
def test_nothing_is_written_over_and_nothing_is_told_of_a_try(desk: Desk, tmp_path: Path, shape: str) -> None:
    out, before = tmp_path / "kept", kinds(desk)
    out.write_text("kept")

    answer = desk.types("log", "export", "--format", shape, "--out", str(out), "--reason", "try")

    assert (answer.exit_code, "file:exists" in answer.output) == (REFUSED, True)
    assert out.read_text() == "kept"
    assert kinds(desk) == before


def test_a_table_is_not_written_where_its_proofs_cannot_be(desk: Desk, tmp_path: Path) -> None:
    out, proofs = tmp_path / "log.csv", tmp_path / "log.csv.proofs.jsonl"
    proofs.write_text("kept")

    answer = desk.types("log", "export", "--format", "csv", "--out", str(out), "--reason", "try")

    assert (answer.exit_code, out.exists(), proofs.read_text()) == (REFUSED, False, "kept")


@pytest.mark.parametrize("shape", ["jsonl", "csv", "tiles"])
def test_a_link_that_leads_nowhere_is_something_already(desk: Desk, tmp_path: Path, shape: str) -> None:
    out, elsewhere = tmp_path / "link", tmp_path / "elsewhere"
    out.symlink_to(elsewhere)

    answer = desk.types("log", "export", "--format", shape, "--out", str(out), "--reason", "try")

    assert (answer.exit_code, elsewhere.exists()) == (REFUSED, False)


@pytest.mark.parametrize("shape", ["jsonl", "csv", "tiles"])
def test_of_a_log_that_does_not_hold_no_file_is_left(desk: Desk, tmp_path: Path, shape: str) -> None:
    with closing(sqlite3.connect(desk.database)) as connection, connection:
        connection.execute("DROP TRIGGER log_entry_no_update")
        connection.execute(
            "UPDATE log_entry SET commitment = zeroblob(32), salt = zeroblob(32) WHERE number = 1"
        )
    out = tmp_path / "out"

    answer = desk.types("log", "export", "--format", shape, "--out", str(out), "--reason", "try")

    assert answer.exit_code == REFUSED
    assert "log:broken" in answer.output
    assert list(tmp_path.glob("out*")) == []
    assert kinds(desk)[-1] == "log:exported", "somebody wanted it"


def test_where_nothing_can_be_written_nothing_is_told_of_a_try(desk: Desk, tmp_path: Path) -> None:
    nowhere, before = tmp_path / "nowhere" / "log.jsonl", kinds(desk)

    answer = desk.types("log", "export", "--format", "jsonl", "--out", str(nowhere), "--reason", "try")

    assert (answer.exit_code, "file:not_written" in answer.output) == (REFUSED, True)
    assert kinds(desk) == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("--format", "tiles", "--from", "2026-11-01"), WRONG_WORDS, id="tiles of some days"),
        pytest.param(("--format", "tiles", "--to", "2026-11-01"), WRONG_WORDS, id="tiles until a day"),
        pytest.param(
            ("--format", "jsonl", "--from", "2026-11-02", "--to", "2026-11-01"), WRONG_WORDS, id="backwards"
        ),
        pytest.param(("--format", "jsonl", "--from", "monday"), REFUSED, id="no day"),
        pytest.param(("--format", "jsonl", "--to", "9999-12-31"), REFUSED, id="the last day of all"),
        pytest.param(("--format", "csv", "--from", "0001-01-01"), REFUSED, id="the first day of all"),
        pytest.param(("--format", "pdf"), WRONG_WORDS, id="another format"),
    ],
)
def test_words_that_make_no_sense_write_nothing(
    desk: Desk, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    before = kinds(desk)

    answer = desk.types("log", "export", *words, "--out", str(tmp_path / "out"), "--reason", "try")

    assert (answer.exit_code, list(tmp_path.glob("out*"))) == (code, [])
    assert kinds(desk) == before
