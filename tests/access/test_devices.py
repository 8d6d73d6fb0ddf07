"""What a device is asked once more: PIN, passphrase, and what each try leaves behind."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from access import acts_people
from access.clock import FrozenClock
from access.database import reading
from access.devices import check_pin, devices_of, passphrase_is, prove, set_pin, try_pin, zone_of
from access.errors import Refused
from access.people import SignIn
from access.sign_ins import PIN_TRIES, SignInFound, begin_sign_in, end_sign_in, recognise
from tests.access.writing_school import PASSPHRASE, WHY, WritingSchool

PIN, WRONG = "405817", "405818"


def signed_in(written: WritingSchool) -> tuple[str, SignInFound]:
    token = begin_sign_in(written.world, written.guardian, "Chrome, Android")
    found = recognise(written.world, token)
    assert found
    return token, found


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        pytest.param("40581", "pin:digits", id="five digits"),
        pytest.param("4058171", "pin:digits", id="seven digits"),
        pytest.param("40581a", "pin:digits", id="a letter"),
        pytest.param("４０５８１７", "pin:digits", id="digits of another width"),
        pytest.param("000000", "pin:plain", id="all the same"),
        pytest.param("123456", "pin:plain", id="a run upwards"),
        pytest.param("098765", "pin:plain", id="a run downwards"),
        pytest.param("135791", "pin:plain", id="every second digit"),
        pytest.param("474747", "pin:plain", id="a pair three times"),
        pytest.param("318318", "pin:plain", id="three digits twice"),
        pytest.param("778877", "pin:plain", id="two digits only"),
    ],
)
def test_a_pin_that_anybody_would_try_first_is_refused(pin: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check_pin(pin)

    assert refused.value.reason == reason
    assert pin not in str(refused.value)


def test_a_pin_is_right_on_its_own_device_only(written: WritingSchool) -> None:
    (_, here), (_, there) = signed_in(written), signed_in(written)
    set_pin(written.world, here.sign_in_id, PIN)

    assert try_pin(written.world, here.sign_in_id, PIN)
    assert not try_pin(written.world, here.sign_in_id, WRONG)
    with pytest.raises(Refused, match="pin:none"):
        try_pin(written.world, there.sign_in_id, PIN)


def test_five_wrong_tries_and_only_the_passphrase_helps(written: WritingSchool) -> None:
    token, found = signed_in(written)
    set_pin(written.world, found.sign_in_id, PIN)

    assert [try_pin(written.world, found.sign_in_id, WRONG) for _ in range(PIN_TRIES)] == [False] * 5
    with pytest.raises(Refused, match="pin:tries"):
        try_pin(written.world, found.sign_in_id, PIN)
    assert not recognised(written, token).has_pin

    token = prove(written.world, found.sign_in_id, by="passphrase")
    assert recognised(written, token).has_pin
    assert try_pin(written.world, found.sign_in_id, PIN)


def recognised(written: WritingSchool, token: str) -> SignInFound:
    found = recognise(written.world, token)
    assert found
    return found


def test_many_tries_at_once_are_no_more_than_five(written: WritingSchool) -> None:
    _, found = signed_in(written)
    set_pin(written.world, found.sign_in_id, PIN)
    answers: list[str] = []

    def tries() -> None:
        try:
            answers.append(str(try_pin(written.world, found.sign_in_id, WRONG)))
        except Refused as refusal:
            answers.append(refusal.reason)

    threads = [threading.Thread(target=tries) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["False"] * PIN_TRIES + ["pin:tries"] * 7


def test_the_pin_is_nowhere(written: WritingSchool) -> None:
    _, found = signed_in(written)
    set_pin(written.world, found.sign_in_id, PIN)
    try_pin(written.world, found.sign_in_id, WRONG)

    with reading(written.world.database) as connection:
        kept = connection.execute(select(SignIn.pin_hash).where(SignIn.id == found.sign_in_id)).scalar_one()
    assert PIN not in kept
    said = str([entry.body for entry in written.entries(log=0)])
    assert PIN not in said
    assert WRONG not in said
    assert [entry.kind for entry in written.entries(log=0)][:2] == ["pin:wrong", "pin:set"]


def test_what_is_proven_renews_the_token(written: WritingSchool, clock: FrozenClock) -> None:
    token, found = signed_in(written)
    clock.advance(timedelta(minutes=20))

    by_pin = prove(written.world, found.sign_in_id, by="pin")
    assert recognise(written.world, token) is None
    assert recognised(written, by_pin).proven_at == found.proven_at  # a PIN is too short for that
    assert recognised(written, by_pin).seen_at == clock.now()

    by_passphrase = prove(written.world, found.sign_in_id, by="passphrase")
    assert recognise(written.world, by_pin) is None
    assert recognised(written, by_passphrase).proven_at == clock.now()
    entry = written.entries(log=0)[0]
    assert (entry.kind, entry.body["subject"]["by"]) == ("sign_in:proven", "passphrase")


def test_nothing_is_proven_on_a_device_that_was_signed_out(written: WritingSchool) -> None:
    token, found = signed_in(written)
    set_pin(written.world, found.sign_in_id, PIN)
    end_sign_in(written.world, found.sign_in_id)

    for proof in (
        lambda: prove(written.world, found.sign_in_id, by="passphrase"),
        lambda: try_pin(written.world, found.sign_in_id, PIN),
        lambda: set_pin(written.world, found.sign_in_id, PIN),
    ):
        with pytest.raises(Refused, match="sign_in:ended"):
            proof()
    assert recognise(written.world, token) is None


def test_the_passphrase_is_its_owners(written: WritingSchool) -> None:
    assert not passphrase_is(written.world, written.guardian, "")  # none was chosen yet
    acts_people.set_passphrase(
        written.world, actor=written.office, reason=WHY, person_id=written.guardian, passphrase=PASSPHRASE
    )

    assert passphrase_is(written.world, written.guardian, PASSPHRASE)
    assert not passphrase_is(written.world, written.guardian, PASSPHRASE + ".")
    assert not passphrase_is(written.world, 10_000, PASSPHRASE)


def test_the_list_has_living_devices_the_latest_first(written: WritingSchool, clock: FrozenClock) -> None:
    (_, first), (_, second), (_, over) = (signed_in(written) for _ in range(3))
    end_sign_in(written.world, over.sign_in_id)
    clock.advance(timedelta(minutes=5))
    prove(written.world, first.sign_in_id, by="pin")

    with reading(written.world.database) as connection:
        found = devices_of(connection, written.guardian, clock.now())
        zones = zone_of(connection, written.guardian), zone_of(connection, 10_000)

    assert [device.sign_in_id for device in found] == [first.sign_in_id, second.sign_in_id]
    assert found[0].words == "Chrome, Android"
    assert zones == ("Asia/Shanghai", "UTC")
