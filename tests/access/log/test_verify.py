"""That whatever is done to a log in the database is found and named, and nothing in one that is whole."""

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from access.database import reading
from access.log import verify as verifying
from access.log.entry import INSTALLATION, commitment
from access.log.findings import Finding, Wrong
from access.log.merkle import EMPTY_ROOT
from access.log.tree import read_head
from access.log.verify import verify
from tests.access.log.intruding import Done, Intruder, intruder
from tests.access.log.mutations import MUTATIONS, REWRITES
from tests.access.writing_school import WritingSchool

#: So many mutations of each of the two databases, over all that are known.
ROUNDS = 1_000

Mutation = Callable[[Intruder], Done]


def names(finding: Finding, done: Done) -> bool:
    here = done.number is None or finding.number <= done.number < finding.until
    return here and finding.what in done.found_as


def test_a_whole_log_is_found_whole(written: WritingSchool) -> None:
    with reading(written.world.database) as connection:
        for log in (INSTALLATION, written.id, 77):
            report = verify(connection, log)
            head = read_head(connection, log)
            assert (report.findings, report.size, report.root) == ([], head.size, head.root)


def test_every_mutation_is_found_and_named_by_its_entry(in_hand: Connection, written: WritingSchool) -> None:
    missed, done_of_each = [], Counter[str]()
    for seed in range(ROUNDS):
        by = intruder(in_hand, written.id, seed)
        done = MUTATIONS[seed % len(MUTATIONS)](by)
        first = next(iter(verify(in_hand, written.id).findings), None)
        in_hand.rollback()
        done_of_each[done.what] += 1
        if first is None or not names(first, done):
            missed.append((seed, done, first))

    assert missed == []
    assert len(done_of_each) == len(MUTATIONS)
    assert verify(in_hand, written.id).findings == []


@pytest.mark.parametrize("rewrite", REWRITES, ids=["retold", "forgotten"])
def test_what_a_whole_rewrite_hides_is_found_by_an_older_checkpoint(
    in_hand: Connection, written: WritingSchool, rewrite: Mutation
) -> None:
    kept = read_head(in_hand, written.id)
    for seed in range(10):
        rewrite(intruder(in_hand, written.id, seed))
        alone = verify(in_hand, written.id)
        held = verify(in_hand, written.id, roots=[(kept.size, kept.root)])
        in_hand.rollback()
        assert alone.findings == []
        assert [finding.what for finding in held.findings] == [Wrong.CHECKPOINT]


@pytest.mark.parametrize(
    "spoil",
    [lambda _: b"[" * 100_000, lambda _: b"\xff", lambda _: b"", lambda _: b"[]", lambda body: body + b"{}"],
    ids=["deep", "no text", "empty", "list", "with more behind it"],
)
def test_a_body_that_is_no_entry_is_found_though_it_fits_its_commitment(
    in_hand: Connection, written: WritingSchool, spoil: Callable[[bytes], bytes]
) -> None:
    by = intruder(in_hand, written.id, 0)
    body = spoil(by.row(5)["body"])
    by.write(5, salt=bytes(32), body=body, commitment=commitment(bytes(32), body))

    found = [(finding.what, finding.number) for finding in verify(in_hand, written.id).findings]

    in_hand.rollback()
    assert found == [(Wrong.COLUMNS, 5), (Wrong.LEAF, 5)]


def test_older_roots_of_the_same_log_are_no_finding(in_hand: Connection, written: WritingSchool) -> None:
    head = read_head(in_hand, written.id)

    roots = [(0, EMPTY_ROOT), (head.size, head.root)]

    assert verify(in_hand, written.id, roots=roots).findings == []
    assert verify(in_hand, written.id, roots=[(0, head.root)]).findings != []


def test_progress_is_told_along_the_way(
    in_hand: Connection, written: WritingSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "_ENTRIES", verifying._ENTRIES.limit(50))
    told: list[tuple[int, int]] = []

    report = verify(in_hand, written.id, progress=lambda done, of: told.append((done, of)))

    assert report.findings == []
    of = 2 * report.size
    assert told[:-1] == [(done, of) for done in (50, 100, report.size) if done <= report.size]
    assert told[-1] == (of, of)
