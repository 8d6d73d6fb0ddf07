"""Nobody alone makes a viewer: the table of who may verify, and that the acts keep to it."""

from datetime import timedelta
from typing import Any

import pytest

from access import acts_people
from access.acts import Actor
from access.clock import FrozenClock
from access.errors import Refused
from access.two_people import Hands, may_verify
from tests.access.inviting import gives_passphrase, is_verified, verifies
from tests.access.writing_school import MACHINE, WHY, WritingSchool

NOOR, OFFICE, COLLEAGUE, DIRECTOR, NOBODY = 1, 2, 3, 4, None
NO_PASSPHRASE = "no passphrase"

#: account by, passphrase by, tied by, verified by → allowed
TABLE = [
    pytest.param(OFFICE, OFFICE, OFFICE, DIRECTOR, True, id="two people"),
    pytest.param(OFFICE, NO_PASSPHRASE, OFFICE, DIRECTOR, True, id="no passphrase yet"),
    pytest.param(OFFICE, COLLEAGUE, OFFICE, DIRECTOR, True, id="three people"),
    pytest.param(OFFICE, OFFICE, OFFICE, OFFICE, False, id="one alone"),
    pytest.param(COLLEAGUE, COLLEAGUE, OFFICE, OFFICE, False, id="who tied verifies"),
    pytest.param(OFFICE, COLLEAGUE, COLLEAGUE, OFFICE, False, id="who added the account verifies"),
    pytest.param(COLLEAGUE, OFFICE, COLLEAGUE, OFFICE, False, id="who gave the passphrase verifies"),
    pytest.param(OFFICE, OFFICE, OFFICE, NOOR, False, id="the guardian verifies"),
    pytest.param(OFFICE, OFFICE, OFFICE, NOBODY, False, id="nobody named verifies"),
    pytest.param(OFFICE, OFFICE, NOBODY, DIRECTOR, False, id="nobody named tied"),
    pytest.param(OFFICE, NOBODY, OFFICE, DIRECTOR, False, id="nobody named gave the passphrase"),
    pytest.param(NOBODY, NO_PASSPHRASE, OFFICE, DIRECTOR, False, id="nobody named added the account"),
    pytest.param(NOBODY, NOBODY, OFFICE, DIRECTOR, False, id="nobody named made the account at all"),
    pytest.param(NOBODY, OFFICE, OFFICE, DIRECTOR, True, id="set-up account, passphrase since given"),
    pytest.param(NOBODY, OFFICE, COLLEAGUE, OFFICE, False, id="set-up account, who gave it verifies"),
]


@pytest.mark.parametrize(("account", "passphrase", "tied", "verifier", "allowed"), TABLE)
def test_who_had_a_hand_in_it_cannot_verify(
    account: int | None, passphrase: Any, tied: int | None, verifier: int | None, allowed: bool
) -> None:
    has_passphrase = passphrase != NO_PASSPHRASE
    hands = Hands(NOOR, tied, account, has_passphrase, passphrase if has_passphrase else None)

    assert may_verify(verifier, hands) is allowed


@pytest.mark.parametrize(("account", "passphrase", "tied", "verifier", "allowed"), TABLE)
def test_the_acts_keep_to_the_table(
    written: WritingSchool,
    *,
    account: int | None,
    passphrase: Any,
    tied: int | None,
    verifier: int | None,
    allowed: bool,
) -> None:
    colleague = Actor(written.person("colleague"), "web")
    actors = {NOBODY: MACHINE, OFFICE: written.office, COLLEAGUE: colleague, DIRECTOR: written.director}
    noor = written.person("noor", by=actors[account])
    actors[NOOR] = Actor(noor, "web")
    if passphrase != NO_PASSPHRASE:
        gives_passphrase(written, noor, actors[passphrase])
    tie = ties(written, noor, actors[tied])

    refusal = None if allowed else "guardianship:same_person"
    if allowed and passphrase == NO_PASSPHRASE:
        refusal = "guardianship:no_account"

    if refusal is None:
        verifies(written, tie, actors[verifier])
    else:
        with pytest.raises(Refused, match=refusal):
            verifies(written, tie, actors[verifier])

    assert is_verified(written, tie) is (refusal is None)


def test_a_passphrase_given_later_asks_for_a_second_person_again(
    written: WritingSchool, clock: FrozenClock
) -> None:
    noor = written.person("noor", by=written.office)
    gives_passphrase(written, noor, written.office)
    tie = ties(written, noor, written.office)
    verifies(written, tie, written.director)
    clock.advance(timedelta(days=1))

    again = gives_passphrase(written, noor, written.director)

    assert again == [tie]
    assert not is_verified(written, tie)
    with pytest.raises(Refused, match="guardianship:same_person"):
        verifies(written, tie, written.director)
    gives_passphrase(written, noor, written.office)
    verifies(written, tie, written.director)
    assert is_verified(written, tie)


def test_who_changes_their_own_passphrase_stays_verified(written: WritingSchool) -> None:
    noor = written.person("noor", by=written.office)
    gives_passphrase(written, noor, written.office)
    tie = ties(written, noor, written.office)
    verifies(written, tie, written.director)

    again = gives_passphrase(written, noor, Actor(noor, "web"))

    assert again == []
    assert is_verified(written, tie)


def test_whose_passphrase_was_given_cannot_hide_who_gave_it(written: WritingSchool) -> None:
    noor = written.person("noor", by=written.office)
    gives_passphrase(written, noor, written.director)
    gives_passphrase(written, noor, Actor(noor, "web"))  # the director, signed in as Noor
    tie = ties(written, noor, written.office)

    with pytest.raises(Refused, match="guardianship:same_person"):
        verifies(written, tie, written.director)


def ties(written: WritingSchool, person: int, by: Actor) -> int:
    return acts_people.add_guardianship(
        written.world,
        actor=by,
        reason=WHY,
        person_id=person,
        child_id=written.child,
        starts_at=written.world.clock.now(),
    )
