"""An ending on a disk that is really full: a small file system of its own, filled to the last byte."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

FULL_DISK = """
set -e
mount -t tmpfs -o size=4m tmpfs "$1"
exec "$2" -c "$3" "$1"
"""

ON_A_FULL_DISK = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from access import schema
from access.acts import replay
from access.acts_places import draw_curtain
from access.clock import FrozenClock
from access.database import connect
from access.journal import Journal
from access.stops import Mark, Scope, StopMarks
from access.vault import Vault
from access.world import World
from tests.access.writing_school import WritingSchool

home = Path(sys.argv[1])
engine = connect(f"sqlite:///{home / 'portal.db'}")
schema.upgrade(engine)
stops = StopMarks(home / "marks", Journal(home / "journal"))
world = World(engine, FrozenClock(datetime(2026, 3, 10, tzinfo=UTC)), stops, Vault(bytes(32)))
school = WritingSchool(world)
with engine.connect() as connection:
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
filler = (home / "filler").open("wb", buffering=0)
block = 65536
while block:
    try:
        filler.write(bytes(block))
    except OSError:
        block //= 2
recorded = draw_curtain(world, actor=school.office, reason="nap", room_id=school.room)
stopped = bool(stops.stopped([Mark(Scope.ROOM, school.room)]))
waits = len(Journal(home / "journal").pending())
filler.close()
(home / "filler").unlink()
replayed = replay(world)
kinds = [entry.kind for entry in school.entries()].count("curtain:drawn")
print(recorded, stopped, waits, replayed, kinds)
"""


def test_an_ending_is_in_force_and_kept_when_the_disk_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()

    told = subprocess.run(
        ["unshare", "-rUm", "sh", "-c", FULL_DISK, "sh", str(disk), sys.executable, ON_A_FULL_DISK],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.stdout.split() == ["False", "True", "1", "1", "1"], told.stderr
