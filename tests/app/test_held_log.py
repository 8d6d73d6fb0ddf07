"""What a family's browser is given of its schools' logs: last week's, with the proof that they grew."""

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select

from access.clock import FrozenClock
from access.closings import VIA_PORTAL
from access.database import reading, writing
from access.log import entry
from access.log.checkpoints import open_checkpoint
from access.log.eras import RESTORED, declared_eras
from access.log.findings import Wrong
from access.log.proofs import verify_consistency
from access.log.signing import LogKey, origin_of, sign_log
from access.log.store import LogEra
from access.log.tree import read_head
from access.log.verify import verify
from tests.browser import Browser
from tests.school import School

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WEEK = timedelta(days=7)


def signed(school: School, clock: FrozenClock) -> None:
    """Keep a checkpoint of the school's log as it stands."""
    with writing(school.world.database) as connection:
        sign_log(connection, school.id, KEY, clock.now())


def told(school: School, browser: Browser, **known: object) -> list[dict[str, Any]]:
    """Return what the browser is told that knows these sizes."""
    school.is_there(browser)
    asked = "&".join(f"{key}={size}" for key, size in known.items())
    answer: list[dict[str, Any]] = browser.get(f"/home/log?{asked}").json
    return answer


def test_of_this_week_nothing_is_told_and_of_the_last_its_end(school: School, clock: FrozenClock) -> None:
    mother = school.guardian(of="Oak")
    signed(school, clock)
    assert told(school, mother) == []

    clock.advance(WEEK)
    signed(school, clock)
    [held] = told(school, mother)

    with reading(school.world.database) as connection:
        origin = origin_of(connection, school.id)
    assert origin is not None
    checkpoint, _ = open_checkpoint(held["note"].encode(), KEY.public(origin))
    assert (held["size"], b64decode(held["root"])) == (checkpoint.size, checkpoint.root)
    assert held["log"] == origin.removesuffix("/1")
    assert held["proof"] is None


def test_what_a_browser_knows_is_shown_to_have_grown(school: School, clock: FrozenClock) -> None:
    mother = school.guardian(of="Oak")
    signed(school, clock)
    clock.advance(WEEK)
    [first] = told(school, mother)
    school.guardian(of="Oak")
    signed(school, clock)
    clock.advance(WEEK)

    [second] = told(school, mother, **{first["school"]: first["size"]})

    assert second["size"] > first["size"]
    verify_consistency(
        [b64decode(one) for one in second["proof"]],
        old=first["size"],
        new=second["size"],
        old_root=b64decode(first["root"]),
        new_root=b64decode(second["root"]),
    )


@pytest.mark.parametrize("size", ["-1", "x", "9" * 17, "٣", "", "100000"], ids=str)
def test_what_is_no_size_below_the_checkpoint_gets_no_proof(
    school: School, clock: FrozenClock, size: str
) -> None:
    mother = school.guardian(of="Oak")
    signed(school, clock)
    clock.advance(WEEK)
    [held] = told(school, mother)

    [again] = told(school, mother, **{held["school"]: size})

    assert again["proof"] is None


def test_whoever_looks_often_learns_nothing_within_a_week(school: School, clock: FrozenClock) -> None:
    mother, father = school.guardian(of="Oak"), school.guardian(of="Oak")
    signed(school, clock)
    clock.advance(WEEK)
    before = told(school, father)

    school.is_there(mother)
    mother.opens("Oak")
    clock.advance(timedelta(days=2))
    signed(school, clock)

    assert told(school, father) == before


def test_what_a_restore_declares_is_told_with_it(school: School, clock: FrozenClock) -> None:
    mother = school.guardian(of="Oak")
    signed(school, clock)
    clock.advance(WEEK)
    [held] = told(school, mother)
    assert held["restored"] == []
    with writing(school.world.database) as connection:
        era = connection.execute(select(LogEra.__table__).where(LogEra.log == school.id)).one()
        size = read_head(connection, school.id).size
        new = {**era._mapping, "number": 2, "origin": f"{era.origin[:-2]}/2-0a1b2c3d", "begins_at": size}
        connection.execute(insert(LogEra), new)
    with reading(school.world.database) as connection:
        assert declared_eras(connection, school.id) == {}  # by a row alone
        assert [found.what for found in verify(connection, school.id).findings] == [Wrong.ERA]

    with writing(school.world.database) as connection:
        actor = {"person": None, "via": VIA_PORTAL}
        body = {"actor": actor, "reason": "", "revision": None, "subject": {}, "backup": "", "quoted": {}}
        more = {"is_complete": True, "lines": 0}
        entry.append(connection, log=school.id, kind=RESTORED, at=clock.now(), body={**body, **more})
    [held] = told(school, mother)

    assert held["restored"] == [{"era": "2-0a1b2c3d", "from": size}]
    with reading(school.world.database) as connection:
        assert verify(connection, school.id).findings == []
