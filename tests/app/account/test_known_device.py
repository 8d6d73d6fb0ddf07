"""Guessing at a name keeps nobody out who has signed in on their device before."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from app.account.known_device import COOKIE
from tests.app.account.trying import PASSPHRASE, WRONG, chooses_passphrase, tries
from tests.browser import Browser
from tests.school import School


@pytest.fixture
def colleague(school: School) -> str:
    """Return the sign-in name of a colleague."""
    return chooses_passphrase(school, "director")


def visitor_at(school: School, address: str) -> Browser:
    visitor = school.visitor()
    visitor.address = address
    return visitor


def phone_of(school: School, name: str) -> Browser:
    """Return a phone on which *name* signed in, and signed out again."""
    phone = visitor_at(school, "198.51.100.9")
    assert tries(phone, name, PASSPHRASE).status == 303
    assert phone.post("/sign-out").status == 303
    return phone


def strangers(school: School, name: str, tried: int, network: str = "203.0.113.") -> list[int]:
    """Guess at *name*, five times from each address; return how each try was answered."""
    answers = []
    for number in range(tried):
        visitor = visitor_at(school, f"{network}{number // 5 + 1}")
        answers.append(tries(visitor, name, WRONG).status)
    return answers


def test_thirty_guesses_from_everywhere_keep_strangers_out_and_the_owner_in(
    school: School, known: str
) -> None:
    phone = phone_of(school, known)

    answers = strangers(school, known, 31)

    assert answers == [400] * 30 + [429]
    assert tries(visitor_at(school, phone.address), known, PASSPHRASE).status == 429
    assert tries(phone, known, PASSPHRASE).status == 303


def test_guesses_from_ones_own_network_keep_nobody_out_who_was_in_before(
    school: School, known: str, colleague: str
) -> None:
    phone = phone_of(school, known)
    for number in range(60):
        assert tries(visitor_at(school, phone.address), f"nobody{number}", WRONG).status == 400

    assert tries(visitor_at(school, phone.address), colleague, PASSPHRASE).status == 429
    assert tries(phone, known, PASSPHRASE).status == 303


def test_a_device_that_knows_one_name_is_a_stranger_to_another(
    school: School, known: str, colleague: str
) -> None:
    phone = phone_of(school, colleague)
    strangers(school, known, 30)

    assert tries(phone, known, PASSPHRASE).status == 429


def test_a_known_device_may_guess_no_more_than_others(school: School, known: str) -> None:
    phone, other = phone_of(school, known), phone_of(school, known)

    assert [tries(phone, known, WRONG).status for _ in range(6)] == [400] * 5 + [429]
    assert tries(phone, known, PASSPHRASE).status == 429
    assert tries(other, known, PASSPHRASE).status == 303, "each device has tries of its own"


def test_signing_in_again_gives_no_new_tries(school: School, known: str) -> None:
    phone = phone_of(school, known)
    answers = [tries(phone, known, WRONG).status for _ in range(4)]
    tries(phone, known, PASSPHRASE)

    assert answers == [400] * 4
    assert [tries(phone, known, WRONG).status for _ in range(2)] == [400, 429]


def test_a_family_shares_a_phone(school: School, known: str, colleague: str) -> None:
    phone = phone_of(school, known)
    assert tries(phone, colleague, PASSPHRASE).status == 303
    strangers(school, known, 30, "203.0.113.")
    strangers(school, colleague, 30, "192.0.2.")

    assert [tries(phone, name, PASSPHRASE).status for name in (known, colleague)] == [303, 303]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing"),
        pytest.param("x" * 4000, id="long"),
        pytest.param("e30.aaaa.bbbb", id="unsigned"),
        pytest.param(
            URLSafeTimedSerializer(b"other", salt="known device").dumps({"a": "b"}), id="of another portal"
        ),
        pytest.param(URLSafeTimedSerializer(bytes(32), salt="other").dumps({"a": "b"}), id="of another use"),
    ],
)
def test_a_cookie_that_is_not_ours_is_a_strangers(school: School, known: str, value: str) -> None:
    visitor = school.visitor()
    for _ in range(5):
        tries(visitor, known, WRONG)

    answer = visitor.post(
        "/sign-in", {"sign_in_name": known, "passphrase": PASSPHRASE}, Cookie=f"{COOKIE}={value}"
    )

    assert answer.status == 429


def test_the_cookie_is_for_this_host_only_and_names_nobody(school: School, known: str) -> None:
    answer = tries(school.visitor(), known, PASSPHRASE)

    (cookie,) = (value for name, value in answer.headers if name == "Set-Cookie" and COOKIE in value)
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    kept = URLSafeTimedSerializer(bytes(32), salt="known device").loads(cookie.split(";")[0].split("=", 1)[1])
    assert known not in str(kept)


def test_a_try_that_failed_marks_no_device(school: School, known: str) -> None:
    answer = tries(school.visitor(), known, WRONG)

    assert not any(COOKIE in value for name, value in answer.headers if name == "Set-Cookie")
