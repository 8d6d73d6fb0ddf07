"""That the log which the benchmark checks is one that the portal could have written."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from access.database import connect, reading, writing
from access.log.canonical import canonical
from access.log.entry import append
from access.log.verify import verify
from bench.log_rows import BEGAN, KIND, LOG, bare_pass, body_of, fill

SIZE = 300


def test_a_filled_log_is_whole_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "portal.db"

    fill(path, SIZE)

    engine = connect(f"sqlite:///{path}")
    with writing(engine) as connection:
        assert append(connection, log=LOG, kind=KIND, at=BEGAN, body=body_of(SIZE)) == SIZE
    with reading(engine) as connection:
        report = verify(connection, LOG)
    engine.dispose()
    assert (report.size, report.findings) == (SIZE + 1, [])
    assert bare_pass(path) == SIZE + 1


def test_a_filled_row_is_the_very_one_that_appending_writes(tmp_path: Path) -> None:
    fill(tmp_path / "filled.db", 1)
    fill(tmp_path / "appended.db", 0)
    engine = connect(f"sqlite:///{tmp_path / 'appended.db'}")
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM log_head")
        append(connection, log=LOG, kind=KIND, at=BEGAN, body=body_of(0))
    engine.dispose()

    rows = []
    for name in ("filled", "appended"):
        with closing(sqlite3.connect(tmp_path / f"{name}.db")) as plain:
            asked = "SELECT log, number, kind, at, typeof(salt), body, person_id, room_id FROM log_entry"
            (row,) = plain.execute(asked)
            indexes = plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
            rows.append((row, sorted(indexes)))

    assert rows[0] == rows[1]
    body = rows[0][0][5]
    assert canonical(json.loads(body)) == body
