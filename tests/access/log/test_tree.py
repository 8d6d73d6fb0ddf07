"""That the tree of a log is grown with its entries, in the database and in one transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from access import acts_people, schema
from access.database import reading, writing
from access.errors import LogUnavailable, RecordsUnavailable
from access.log.entry import INSTALLATION, append
from access.log.leaves import leaf
from access.log.merkle import EMPTY_ROOT, Place, frontier_places
from access.log.store import LogEntry, LogHead, LogNode
from access.log.tree import read_head, read_nodes
from tests.access.log.trees import mth
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import MORNING


def leaves_of(connection: Connection, log: int) -> list[bytes]:
    rows = connection.execute(
        select(LogEntry.number, LogEntry.kind, LogEntry.commitment)
        .where(LogEntry.log == log)
        .order_by(LogEntry.number)
    )
    return [leaf(row.number, row.kind, row.commitment) for row in rows]


def noted(written: WritingSchool, times: int) -> None:
    """Append entries that say nothing."""
    with writing(written.world.database) as connection:
        for number in range(times):
            at = MORNING + timedelta(seconds=number)
            append(connection, log=written.id, kind="log:read", at=at, body={"reason": WHY})


@pytest.mark.parametrize("more", [0, 1, 40])
def test_the_root_is_that_of_the_entries_by_the_definition(written: WritingSchool, more: int) -> None:
    noted(written, more)

    with reading(written.world.database) as connection:
        for log in (INSTALLATION, written.id):
            leaves = leaves_of(connection, log)
            head = read_head(connection, log)
            assert head.size == len(leaves) > 1
            assert head.root == mth(tuple(leaves))
            found = read_nodes(connection, log, frontier_places(head.size))
            assert [found[place] for place in frontier_places(head.size)] == list(head.frontier)


def test_every_node_is_kept_and_none_besides(written: WritingSchool) -> None:
    with reading(written.world.database) as connection:
        leaves = tuple(leaves_of(connection, written.id))
        rows = connection.execute(
            select(LogNode.level, LogNode.position, LogNode.hash).where(LogNode.log == written.id)
        )
        kept = {Place(row.level, row.position): row.hash for row in rows}

    levels = range(len(leaves).bit_length())
    assert kept == {
        Place(level, position): mth(leaves[position << level : (position + 1) << level])
        for level in levels
        for position in range(len(leaves) >> level)
    }


def test_a_log_without_entries_has_the_empty_tree(written: WritingSchool) -> None:
    with reading(written.world.database) as connection:
        head = read_head(connection, log=77)

    assert (head.size, head.frontier, head.root) == (0, (), EMPTY_ROOT)


def test_an_act_that_does_not_happen_leaves_the_tree_as_it_was(written: WritingSchool) -> None:
    with reading(written.world.database) as connection:
        before = read_head(connection, written.id)

    def refused() -> None:
        with writing(written.world.database) as connection:
            append(connection, log=written.id, kind="log:read", at=MORNING, body={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        refused()

    with reading(written.world.database) as connection:
        assert read_head(connection, written.id) == before


@pytest.mark.parametrize(
    "damage",
    [
        {"root": b"\0" * 32},
        {"frontier": b""},
        {"frontier": b"\0" * 32},
        {"size": 1},
        {"size": LogHead.size + 1},
    ],
    ids=["root", "no frontier", "another frontier", "shorter", "longer"],
)
def test_nothing_is_added_to_a_head_that_does_not_follow_from_its_nodes(
    written: WritingSchool, damage: dict[str, object]
) -> None:
    with writing(written.world.database) as connection:
        connection.execute(update(LogHead).where(LogHead.log == written.id).values(**damage))

    with pytest.raises(LogUnavailable):
        acts_people.add_child(
            written.world, actor=written.office, reason=WHY, school_id=written.id, name="豆"
        )

    with reading(written.world.database) as connection:
        highest = connection.execute(
            select(func.max(LogEntry.number)).where(LogEntry.log == written.id)
        ).scalar_one()
        assert len(leaves_of(connection, written.id)) == highest + 1


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_node_cannot_be_changed_by_a_slip_of_our_own(written: WritingSchool, change: str) -> None:
    slip = update(LogNode).values(hash=b"\0" * 32) if change == "update" else delete(LogNode)

    with pytest.raises(RecordsUnavailable), writing(written.world.database) as connection:
        connection.execute(slip)


def test_what_was_written_before_there_was_a_tree_is_hashed_as_it_stands(written: WritingSchool) -> None:
    noted(written, 21)
    with reading(written.world.database) as connection:
        before = {log: read_head(connection, log) for log in (INSTALLATION, written.id)}
        nodes = connection.execute(select(LogNode).order_by(*LogNode.__table__.primary_key)).all()

    schema.downgrade(written.world.database, "0021")
    schema.upgrade(written.world.database)

    with reading(written.world.database) as connection:
        assert {log: read_head(connection, log) for log in before} == before
        assert connection.execute(select(LogNode).order_by(*LogNode.__table__.primary_key)).all() == nodes


def test_a_log_with_a_hole_gets_no_tree(written: WritingSchool) -> None:
    schema.downgrade(written.world.database, "0021")
    with writing(written.world.database) as connection:
        size = connection.execute(select(LogHead.size).where(LogHead.log == written.id)).scalar_one()
        skipped = {"log": written.id, "number": size + 1, "kind": "log:read", "at": MORNING}
        connection.execute(
            insert(LogEntry).values(**skipped, salt=b"s" * 32, body=b"{}", commitment=b"c" * 32)
        )

    with pytest.raises(ValueError, match=f"has no entry {size}"):
        schema.upgrade(written.world.database)
