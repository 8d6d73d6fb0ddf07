"""An old copy of the database that was put back is noticed, however much is written into it."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from access.acts_people import add_child, add_school
from access.database import reading
from access.seen import Seen
from tests.access.writing_school import MACHINE, WHY, WritingSchool
from tests.copying import copy_records

pytestmark = pytest.mark.sqlite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Say where it is kept."""
    return tmp_path / "seen"


def grow(written: WritingSchool, name: str = "小满") -> None:
    add_child(written.world, actor=written.office, reason=WHY, school_id=written.id, name=name)


def note(written: WritingSchool, path: Path) -> None:
    with reading(written.world.database) as connection:
        Seen(path).note(connection)


def missing(written: WritingSchool, path: Path) -> list[int]:
    with reading(written.world.database) as connection:
        return Seen(path).missing(connection)


def test_a_database_that_only_grew_is_the_one_that_was_seen(written: WritingSchool, path: Path) -> None:
    assert missing(written, path) == []
    note(written, path)

    grow(written)

    assert missing(written, path) == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("meanwhile", [0, 1, 5], ids=lambda number: f"{number} entries written into it")
def test_an_older_copy_is_noticed(
    written: WritingSchool, path: Path, first_written: WritingSchool, meanwhile: int
) -> None:
    grow(written)
    grow(written)
    note(written, path)
    copy_records(first_written.world, written.world)

    for _ in range(meanwhile):
        grow(written, "芒种")
    note(written, path)

    assert missing(written, path) == [written.id]


def test_each_log_is_looked_at_by_itself(
    written: WritingSchool, path: Path, first_written: WritingSchool
) -> None:
    add_school(written.world, actor=MACHINE, reason=WHY, name="Moon", zone="Asia/Shanghai", language="zh")
    note(written, path)
    copy_records(first_written.world, written.world)

    assert written.id not in missing(written, path)
    assert len(missing(written, path)) == 1


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("{")], ids=["gone", "torn"])
def test_a_file_that_is_gone_begins_anew_and_a_torn_one_is_told(
    written: WritingSchool, path: Path, spoil: Callable[[Path], object]
) -> None:
    note(written, path)
    spoil(path)

    if path.exists():
        with pytest.raises(ValueError, match="Expecting"):
            missing(written, path)
    else:
        assert missing(written, path) == []
