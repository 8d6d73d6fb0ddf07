"""Accepting a letter: with its token and the desk slip's secret, once, and then never again.

What is chosen with it is a passphrase, here, or a passkey (:mod:`access.letter_passkeys`).

A try at the secret is counted before it is looked at, so that many at once are no more
than ten in all. Unknown, used, withdrawn and old letters are refused alike and take
the same work. What was typed is neither kept nor logged.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from access.acts import Actor, widen
from access.acts_identity import end_verifications
from access.acts_invitations import is_or_will_be_staff, staff_since
from access.acts_people import checked_sign_in_name
from access.checked import find_one
from access.codes import folded_code, token_hash
from access.database import reading, writing
from access.endings import forget_factors
from access.errors import LogUnavailable, Refused, TooBusy
from access.invitations import MOST_WRONG, Invitation, holds
from access.kept_lines import CHOSEN_ANEW, kept_line
from access.living import living_sign_ins, stopped_itself
from access.passphrase_rules import check_chosen, own_words
from access.passphrases import hashed, is_hash_of, nobodys_hash
from access.people import Person, SignIn
from access.sign_ins import begin_sign_in
from access.stops import Mark, Scope
from access.two_people import may_give_passphrase
from access.world import World


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who has accepted a letter, and what they come in with now."""

    person_id: int
    passphrase_hash: str = field(repr=False)
    #: The second factor that is chosen with it; None where it was a passphrase alone.
    second: str | None = None
    #: Refuses where that factor was taken away since.
    still: Callable[[Connection], None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person of a letter chose."""

    sign_in_name: str
    passphrase_hash: str = field(repr=False)
    #: A passkey instead of a passphrase: refuses before anything is changed where it may not be,
    check_passkey: Callable[[Connection, int, datetime], None] | None = None
    #: and keeps it, and returns its id. Both are given the person and the instant.
    keep_passkey: Callable[[Connection, int, datetime], int] | None = None


def accept(world: World, *, token: str, secret: str, sign_in_name: str, passphrase: str) -> Accepted:
    """Give the person of a letter the sign-in name and passphrase they chose.

    All their devices are signed out, and their guardianships must be verified again: whoever
    was verified before need not be who accepts.

    Raises:
        Refused: ``invitation:over`` where the letter holds no more or never did;
            ``invitation:wrong_secret``; ``invitation:not_released``; or what was chosen
            cannot be, and then nothing is used up.
    """
    letter = opened(world, token=token, secret=secret)
    name = checked_sign_in_name(sign_in_name)
    with reading(world.database) as connection:
        own = own_words(connection, letter.person_id)
    check_chosen(passphrase, [*own, name])
    passphrase_hash = hashed(passphrase)
    record(world, letter, Choice(name, passphrase_hash))
    return Accepted(letter.person_id, passphrase_hash)


def sign_in_accepted(world: World, accepted: Accepted, device: str) -> str:
    """Sign in who has just accepted a letter, on that device; return the token for its cookie.

    Raises:
        Refused: what they chose was changed or taken away meanwhile, or the person is closed.
        RecordsUnavailable: the records did not take it.
        LogUnavailable: the log did not take it.
    """
    return begin_sign_in(
        world,
        accepted.person_id,
        device,
        passphrase_hash=accepted.passphrase_hash,
        second=accepted.second,
        still=accepted.still,
    )


def opened(world: World, *, token: str, secret: str) -> Row[Any]:
    """Return the letter that *token* and *secret* open, if it may be accepted now.

    A wrong secret counts, and nothing else does.

    Raises:
        Refused: ``invitation:over``, ``invitation:wrong_secret`` or ``invitation:not_released``,
            as :func:`accept`.
    """
    letter = _take_try(world, token)
    right = _is_right(world, letter, folded_code(secret))
    if letter is None:
        raise Refused("invitation:over")
    if not right:
        _count_wrong(world, letter)
        raise Refused("invitation:wrong_secret")
    _give_try_back(world, letter)
    _check_released(world, letter)
    return letter


def _take_try(world: World, token: str) -> Row[Any] | None:
    """Count one try at a letter's secret and return the letter, if it holds and has one left."""
    with reading(world.database) as connection:
        letter = _find(connection, token, world.clock.now())
    if letter is None or not letter.secret_hash:
        return letter  # without a slip there is nothing to guess
    with writing(world.database) as connection:
        letter = _find(connection, token, world.clock.now())
        if letter is not None:
            _of(letter, connection, wrong_tries=letter.wrong_tries + 1)
    return letter


def _is_right(world: World, letter: Row[Any] | None, secret: str) -> bool:
    """Say whether *secret* is the slip's; as much work where there is no letter or no slip."""
    kept, instead = letter.secret_hash if letter else "", nobodys_hash()
    try:
        return is_hash_of(kept or instead, secret) and bool(kept)
    except TooBusy:
        if letter is not None and kept:
            _give_try_back(world, letter)  # nobody looked at it
        raise


def _find(connection: Connection, token: str, now: datetime) -> Row[Any] | None:
    columns = Invitation.__table__.columns
    asked = select(*columns).where(Invitation.token_hash == token_hash(token))
    letter = connection.execute(asked).one_or_none()
    return letter if letter is not None and holds(letter, now) else None


def _of(letter: Row[Any], connection: Connection, **values: Any) -> None:
    """Change the record of a letter."""
    its = (Invitation.id == letter.id, Invitation.school_id == letter.school_id)
    connection.execute(update(Invitation).where(*its).values(**values))


def _give_try_back(world: World, letter: Row[Any]) -> None:
    with writing(world.database) as connection:
        _of(letter, connection, wrong_tries=Invitation.wrong_tries - 1)


def _count_wrong(world: World, letter: Row[Any]) -> None:
    """Write down that a wrong secret was typed; the tenth voids the letter."""
    subject: dict[str, Any] = {"invitation": letter.id, "person": letter.person_id}

    def apply(connection: Connection, now: datetime) -> None:
        counted = find_one(connection, Invitation, letter.id, school_id=letter.school_id)
        subject["wrong_tries"] = counted.wrong_tries
        if counted.wrong_tries >= MOST_WRONG and counted.ended_at is None:
            _of(letter, connection, ended_at=now)

    widen(
        world,
        school_id=letter.school_id,
        actor=Actor(None, "web"),  # nobody is signed in who accepts a letter
        reason="invitation:wrong_secret",
        kind="invitation:refused",
        subject=subject,
        apply=apply,
    )


def _check_released(world: World, letter: Row[Any]) -> None:
    with reading(world.database) as connection:
        _raise_unreleased(
            connection,
            find_one(connection, Invitation, letter.id, school_id=letter.school_id),
            world.clock.now(),
        )


def _raise_unreleased(connection: Connection, letter: Row[Any], now: datetime) -> None:
    if letter.released_at is None and is_or_will_be_staff(connection, letter.person_id, now):
        raise Refused("invitation:not_released")


def record(world: World, accepted: Row[Any], choice: Choice) -> None:
    """Write that a letter was accepted, and what was chosen with it, all in one.

    Raises:
        Refused: as :func:`accept`, or as the choice's own check; then nothing is used up.
    """
    subject: dict[str, Any] = {"invitation": accepted.id, "person": accepted.person_id}
    marked: list[Mark] = []

    def apply(connection: Connection, now: datetime) -> None:
        letter = find_one(connection, Invitation, accepted.id, school_id=accepted.school_id)
        if not holds(letter, now) or letter.secret_hash != accepted.secret_hash:
            raise Refused("invitation:over")  # used, ended or given another slip meanwhile
        _raise_unreleased(connection, letter, now)
        check_person(connection, world, letter, choice.sign_in_name)
        if choice.check_passkey is not None:
            choice.check_passkey(connection, letter.person_id, now)
        living = living_sign_ins(connection, letter.person_id, now)
        marked.extend(Mark(Scope.SIGN_IN, sign_in_id) for sign_in_id in living)
        world.stops.set(marked)
        connection.execute(update(SignIn).where(SignIn.id.in_(living)).values(ended_at=now))
        connection.execute(
            update(Person)
            .where(Person.id == letter.person_id)
            .values(
                sign_in_name=choice.sign_in_name,
                passphrase_hash=choice.passphrase_hash,
                passphrase_given_by=letter.issued_by,
                passkey_only=choice.keep_passkey is not None,
            )
        )
        # A passkey may be on the phone that was lost, or of whoever had the account before a first letter
        # or before its owner came to the staff; those of staff a second person takes away.
        since = staff_since(connection, letter.person_id, now)
        forget_factors(connection, letter.person_id, since - timedelta.resolution if since else now)
        if choice.keep_passkey is not None:
            subject["passkey"] = choice.keep_passkey(connection, letter.person_id, now)
        subject["sign_ins"] = living
        subject["guardianships"] = end_verifications(connection, letter.person_id, now)
        _of(letter, connection, accepted_at=now)

    try:
        with kept_line(world, CHOSEN_ANEW, person=accepted.person_id):
            widen(
                world,
                school_id=accepted.school_id,
                actor=Actor(accepted.person_id, "web"),
                reason="letter and desk slip",
                kind="invitation:accepted",
                subject=subject,
                apply=apply,
            )
    except LogUnavailable:  # nothing happened, so their devices go on
        world.stops.clear(marked)
        raise


def check_person(connection: Connection, world: World, letter: Row[Any], name: str) -> None:
    """Let a letter pass whose person may choose *name* with it.

    Raises:
        Refused: ``invitation:over``, ``passphrase:same_person`` or ``person:sign_in_name_taken``.
    """
    person = find_one(connection, Person, letter.person_id)
    if person.closed_at is not None or stopped_itself(world.stops, [Mark(Scope.PERSON, person.id)]):
        raise Refused("invitation:over")
    for by in (letter.issued_by, letter.handed_by):
        if not may_give_passphrase(by, whose=person.id, factors_reset_by=person.factors_reset_by):
            raise Refused("passphrase:same_person")
    others = select(Person.id).where(Person.sign_in_name == name, Person.id != person.id)
    if connection.execute(others).first():
        raise Refused("person:sign_in_name_taken")
