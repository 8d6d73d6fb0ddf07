"""After an act all who watch ask at once: what the first one reads of a room is what all of them take."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from access.coverage_facts import RoomAsked, _Memory, coverage_of
from access.database import reading
from access.people import School
from access.sign_ins import begin_sign_in
from tests.access.one_room import OneRoom

WATCHING = 8


def about_coverage(asked: list[str]) -> list[str]:
    """Return those of the questions that ask who is expected in a room."""
    return [statement for statement in asked if "consent_text" in statement]


def test_everybody_who_watches_waits_for_one_reading(room: OneRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.decides()
    room.change(School, revision=School.revision + 1)
    looked = threading.Barrier(WATCHING)
    find_all = _Memory.find_all

    def all_look_before_one_reads(memory: _Memory, *of: Any) -> Any:
        """Let nobody go on before all have seen that it is not remembered."""
        found = find_all(memory, *of)
        if threading.current_thread() not in through:
            through.add(threading.current_thread())
            looked.wait(10)
        return found

    through: set[threading.Thread] = set()
    monkeypatch.setattr(_Memory, "find_all", all_look_before_one_reads)

    with room.queries() as asked, ThreadPoolExecutor(WATCHING) as pool:
        decisions = list(pool.map(lambda _: room.decides(), range(WATCHING)))

    assert len(through) == WATCHING
    assert len(about_coverage(asked)) == 1
    assert all(decision == decisions[0] for decision in decisions)


def test_what_an_older_state_says_does_not_replace_what_a_newer_one_does(room: OneRoom) -> None:
    def at(revision: int) -> RoomAsked:
        return RoomAsked(1, 1, revision, "Asia/Shanghai")

    now = room.clock.now()
    with reading(room.world.database) as connection:
        coverage_of(connection, [at(7)], now)
        coverage_of(connection, [at(6)], now)
        with room.queries() as asked:
            coverage_of(connection, [at(7)], now)

    assert about_coverage(asked) == []


@pytest.mark.parametrize("second", [None, "totp"])
def test_a_sign_in_has_nobodys_coverage_read_again(room: OneRoom, second: str | None) -> None:
    room.decides()

    begin_sign_in(room.world, 1, "Chrome, Android", second=second)

    with room.queries() as asked:
        room.decides()
    assert about_coverage(asked) == []


def test_an_act_has_it_read_again(room: OneRoom) -> None:
    room.decides()
    room.change(School, revision=School.revision + 1)

    with room.queries() as asked:
        room.decides()

    assert len(about_coverage(asked)) == 1
