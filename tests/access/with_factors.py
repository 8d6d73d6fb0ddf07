"""A member of staff on one device, with the factors that a test gives them."""

from access import second_factors
from access.ceremonies import Site
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.factors_held import Factors, factors_of
from access.new_factors import begin_app, confirm_app, seed_to_confirm
from access.one_time_codes import code_at, step_at
from access.passkeys import add_passkey, ask_to_add, ask_to_sign_in, sign_in_with_passkey
from access.sign_ins import begin_sign_in, recognise
from access.world import World
from tests.access.writing_school import WritingSchool
from tests.authenticator import Authenticator

SITE = Site("http://localhost", "localhost")


def sign_in(world: World, person: int, second: str | None = None) -> int:
    """Sign *person* in and return the sign-in."""
    found = recognise(world, begin_sign_in(world, person, "Chrome, Windows", second=second))
    assert found
    return found.sign_in_id


def gives_app(world: World, sign_in_id: int) -> str:
    """Add an authenticator app, with the code before the present one; return its seed."""
    begin_app(world, sign_in_id)
    seed = seed_to_confirm(world, sign_in_id)
    assert seed
    confirm_app(world, sign_in_id, code_at(seed, step_at(world.clock.now()) - 1))
    return seed


def gives_passkey(world: World, sign_in_id: int, device: Authenticator | None = None) -> Authenticator:
    """Add a passkey and return the device that has it."""
    device = device or Authenticator()
    asked, options = ask_to_add(world, sign_in_id, SITE, portal="小窗")
    add_passkey(world, sign_in_id, asked.token, device.makes(options), SITE, name="Chrome, Windows")
    return device


def code_now(world: World, seed: str, later: int = 0) -> str:
    """Return the code that an app shows now, or so many steps later."""
    return code_at(seed, step_at(world.clock.now()) + later)


def why_not(world: World, sign_in_id: int, typed: str) -> str:
    """Give a code and return why it was refused; nothing where it was not."""
    try:
        second_factors.give_code(world, sign_in_id, typed)
    except Refused as refusal:
        return refusal.reason
    return ""


def held(world: World, person: int) -> Factors:
    """Return what *person* has."""
    with reading(world.database) as connection:
        return factors_of(connection, person)


def signs_in(
    written: WritingSchool, device: Authenticator, *, token: str | None = None, challenge: str | None = None
) -> str | None:
    """Ask for a challenge and answer it; return the cookie's token."""
    asked, options = ask_to_sign_in(written.world, SITE)
    answer = device.signs(options, challenge=challenge)
    return sign_in_with_passkey(written.world, token or asked.token, answer, SITE, device="Safari, iPhone")


def moment(written: WritingSchool) -> FrozenClock:
    clock = written.world.clock
    assert isinstance(clock, FrozenClock)
    return clock
