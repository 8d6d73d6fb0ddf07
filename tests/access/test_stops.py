"""Stop marks: in every process, from one moment to the next, and full means closed."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.errors import RecordsUnavailable
from access.journal import Journal
from access.stops import EVERYTHING, HEADER, MOVED_AT, SLOT, SLOTS, Mark, Scope, StopMarks
from tests.access.trouble import file_held, is_waited_for, no_more_descriptors
from tests.e2e.waiting import until

ROOT = Path(__file__).parents[2]
ROOM = Mark(Scope.ROOM, 7)
GRANT = Mark(Scope.GRANT, 7)

OTHER_PROCESS = """
import sys
from pathlib import Path
from access.journal import Journal
from access.stops import Mark, Scope, StopMarks
home = Path(sys.argv[1])
stops = StopMarks(home / "marks", Journal(home / "journal"))
for line in sys.stdin:
    action, scope, number = line.split()
    mark = Mark(Scope(scope), int(number))
    if action == "set":
        stops.set([mark])
    if action == "clear":
        stops.clear([mark])
    if action == "compact":
        stops.compact()
    print(bool(stops.stopped([mark])), flush=True)
"""


def opened(home: Path, **more: int) -> StopMarks:
    return StopMarks(home / "marks", Journal(home / "journal"), **more)


def test_a_mark_stops_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    stops = opened(tmp_path)

    stops.set([ROOM])

    assert stops.stopped([ROOM, GRANT]) == {ROOM}
    stops.clear([ROOM])
    assert stops.stopped([ROOM, GRANT]) == frozenset()


def test_a_mark_on_the_installation_stops_everything(tmp_path: Path) -> None:
    stops = opened(tmp_path)

    stops.set([EVERYTHING])

    assert stops.stopped([GRANT]) == {GRANT, EVERYTHING}


def test_a_full_table_stops_everything(tmp_path: Path) -> None:
    stops = opened(tmp_path, slots=4)
    stops.set([ROOM] * 3)
    assert stops.stopped([GRANT]) == frozenset()

    stops.set([ROOM])

    assert stops.stopped([GRANT]) == {GRANT, EVERYTHING}
    stops.set([GRANT])  # and nothing breaks


def test_compacting_makes_room_and_forgets_no_mark(tmp_path: Path) -> None:
    stops, other = opened(tmp_path, slots=4), opened(tmp_path, slots=4)
    stops.set([ROOM] * 4)
    before = stops.count()

    stops.compact()

    assert stops.stopped([ROOM, GRANT]) == other.stopped([ROOM, GRANT]) == {ROOM}
    assert stops.count() > before
    other.set([GRANT])
    assert stops.stopped([GRANT]) == {GRANT}


def test_compacting_a_full_table_sets_the_marks_that_it_could_not_take(tmp_path: Path) -> None:
    stops = opened(tmp_path, slots=4)
    stops.set([ROOM] * 4)
    stops.set([GRANT])
    stops.journal.append({"marks": [["grant", 7]]})

    stops.compact()

    assert stops.stopped([ROOM, GRANT]) == {ROOM, GRANT}


def test_a_table_that_could_not_hold_all_that_waits_stays_full(tmp_path: Path) -> None:
    stops = opened(tmp_path, slots=4)
    stops.set([ROOM] * 4)
    stops.journal.append({"marks": [["grant", number] for number in range(4)]})

    stops.compact()

    assert stops.stopped([Mark(Scope.PERSON, 7)]) == {Mark(Scope.PERSON, 7), EVERYTHING}


def test_a_process_out_of_descriptors_finds_a_new_table_later(tmp_path: Path) -> None:
    stops, other = opened(tmp_path), opened(tmp_path)
    other.compact()

    with no_more_descriptors(), pytest.raises(OSError, match="Too many open files"):
        stops.stopped([ROOM])
    other.set([ROOM])

    assert stops.stopped([ROOM, GRANT]) == {ROOM}


def test_marks_are_seen_by_another_process_and_its_by_us(tmp_path: Path) -> None:
    stops = opened(tmp_path)
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def does(line: str) -> str:
            assert other.stdin is not None
            assert other.stdout is not None
            other.stdin.write(line + "\n")
            return other.stdout.readline().strip()

        assert does("ask room 7") == "False"
        stops.set([ROOM])
        assert does("ask room 7") == "True"
        assert does("set grant 7") == "True"
        assert stops.stopped([GRANT]) == {GRANT}
        assert does("compact grant 7") == "True"
        assert does("clear room 7") == "False"
        assert stops.stopped([ROOM, GRANT]) == {GRANT}
        other.stdin.close()


def test_a_mark_set_since_an_act_began_is_not_cleared_by_it(tmp_path: Path) -> None:
    stops = opened(tmp_path)
    stops.set([ROOM])
    began = stops.count()
    stops.set([ROOM])

    stops.clear([ROOM], before=began)

    assert stops.stopped([ROOM])


def test_a_mark_whose_ending_waits_in_the_journal_is_not_cleared(tmp_path: Path) -> None:
    stops = opened(tmp_path)
    stops.set([ROOM])
    sequence = stops.journal.append({"marks": [["room", 7]]})

    events = stops.count()
    stops.clear([ROOM])
    assert stops.stopped([ROOM])
    assert stops.count() == events  # not even for a moment

    stops.journal.done(sequence)
    stops.clear([ROOM])
    assert not stops.stopped([ROOM])


def test_an_event_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    stops = opened(tmp_path)
    stops.set([ROOM])
    with (tmp_path / "marks").open("r+b") as file:
        file.seek(HEADER.size + SLOT.size - 1)
        file.write(b"\x01")

    assert stops.stopped([GRANT]) == {GRANT, EVERYTHING}
    stops.compact()  # would forget what it said
    assert stops.stopped([GRANT]) == {GRANT, EVERYTHING}


@pytest.mark.parametrize(
    "content",
    [b"", b"x" * 100, b"x" * (HEADER.size + SLOTS * SLOT.size)],
    ids=["empty", "something else", "something else of the right size"],
)
def test_what_is_no_table_is_not_believed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "marks").write_bytes(content)

    with pytest.raises(RecordsUnavailable):
        opened(tmp_path)


def test_a_link_to_a_disk_that_is_not_there_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "marks").symlink_to(tmp_path / "unplugged" / "marks")

    with pytest.raises(FileNotFoundError):
        opened(tmp_path)


def test_who_waited_for_a_table_that_was_replaced_sets_the_mark_in_the_new_one(tmp_path: Path) -> None:
    stops, old, fresh = opened(tmp_path), tmp_path / "old", tmp_path / "fresh"
    old.hardlink_to(tmp_path / "marks")
    fresh.mkdir()
    opened(fresh)

    with ThreadPoolExecutor(1) as thread, file_held(old):
        setting = thread.submit(stops.set, [ROOM])
        until("somebody waits for the table", lambda: is_waited_for(old), 10)
        (fresh / "marks").rename(tmp_path / "marks")
        with old.open("r+b") as file:
            file.seek(MOVED_AT)
            file.write(b"\x01")

    setting.result()
    assert stops.stopped([ROOM, GRANT]) == opened(tmp_path).stopped([ROOM, GRANT]) == {ROOM}


def test_the_table_is_its_owners_alone(tmp_path: Path) -> None:
    opened(tmp_path)

    assert (tmp_path / "marks").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o600


EVENTS = st.lists(st.tuples(st.booleans(), st.sampled_from(list(Scope)[1:]), st.integers(1, 3)), max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(events=EVENTS)
def test_the_fold_is_what_was_last_said_of_each_mark(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[bool, Scope, int]]
) -> None:
    home = tmp_path_factory.mktemp("marks")
    writer, reader = opened(home, slots=64), opened(home, slots=64)
    said: dict[Mark, bool] = {}

    for sets, scope, number in events:
        mark = Mark(scope, number)
        (writer.set if sets else writer.clear)([mark])
        said[mark] = sets

        wanted = {known for known, in_force in said.items() if in_force}
        assert reader.stopped(said) == wanted
    assert writer.in_force() == {known for known, in_force in said.items() if in_force}
    writer.close()
    reader.close()
