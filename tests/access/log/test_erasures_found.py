"""Whatever is done to a log in which entries were erased is found and named."""

import json
from typing import Any

import pytest
from sqlalchemy import Connection

from access.log.erasing import erase
from access.log.findings import Wrong
from access.log.verify import verify
from tests.access.log.erasing_some import PORTAL, erasable, rule
from tests.access.log.erasure_mutations import ERASURE_MUTATIONS
from tests.access.log.intruding import intruder
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import MORNING


@pytest.mark.parametrize("mutation", ERASURE_MUTATIONS)
def test_whatever_is_done_to_an_erasure_is_found_and_named(
    in_hand: Connection, written: WritingSchool, mutation: Any
) -> None:
    with_subject = [n for n in erasable(written) if n % 3]
    erase(
        in_hand,
        log=written.id,
        numbers=with_subject,
        at=MORNING,
        rule=rule(written),
        actor=PORTAL,
        reason=WHY,
    )
    in_hand.commit()
    assert verify(in_hand, written.id).findings == []
    for seed in range(20):
        done = mutation(intruder(in_hand, written.id, seed))
        first = next(iter(verify(in_hand, written.id).findings), None)
        in_hand.rollback()
        assert first is not None, done
        assert first.what in done.found_as
        assert done.number is None or first.number <= done.number < first.until


def test_a_body_that_came_back_is_found(in_hand: Connection, written: WritingSchool) -> None:
    by = intruder(in_hand, written.id, 0)
    number = erasable(written)[0]
    kept = by.row(number)
    erase(in_hand, log=written.id, numbers=[number], at=MORNING, rule=rule(written), actor=PORTAL, reason=WHY)
    by.write(number, **kept)

    found = [(finding.what, finding.number) for finding in verify(in_hand, written.id).findings]

    in_hand.rollback()
    assert found[0] == (Wrong.NOT_GONE, number)
    assert json.loads(kept["body"])["n"] == number
