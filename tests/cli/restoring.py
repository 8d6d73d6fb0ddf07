"""A desk at which backups are made and put back."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.desk import Desk


def back_up(desk: Desk) -> Path:
    made = desk.types("backup", "--json")
    assert made.exit_code == 0, made.output
    return Path(json.loads(made.output)["file"])


def restore(desk: Desk, backup: Path, key: Path) -> dict[str, object]:
    done = desk.types("restore", str(backup), "--identity", str(key), "--json")
    said: dict[str, object] = json.loads(done.output.splitlines()[-1])
    return said


def explained(desk: Desk) -> str:
    return desk.types("explain", "noor", "Oak room").output


def opened(desk: Desk, *, by: str) -> str:
    return desk.types("restore", "confirm", "--as", by, "--reason", "looked").output


def kinds(desk: Desk) -> list[str]:
    with closing(sqlite3.connect(desk.database)) as database:
        return [kind for (kind,) in database.execute("SELECT kind FROM log_entry WHERE log > 0 ORDER BY id")]
