"""Nobody alone makes a viewer, or comes into somebody else's account.

Pure: :mod:`access.acts_families` and :mod:`access.factors_ended` read who did what, this
module says what follows from it. Whoever had a hand in making somebody a viewer cannot be the second person:
not who made the account, nor who gave it a passphrase and so could sign in with
it, nor who tied it to the child, nor who printed the letter or the desk slip with
which a passphrase is chosen. Where one of them is not named it may have been
anybody, so nobody verifies.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hands:
    """Who had a hand in a guardianship; None where nobody was named.

    Attributes:
        guardian: the adult who is tied to the child.
        tied_by: who added the guardianship.
        account_by: who added the guardian's account.
        has_passphrase: whether the guardian can sign in at all.
        passphrase_by: who, other than the guardian, last gave them a passphrase, or
            issued the letter with which they chose it.
        letters: who printed letters and desk slips that were accepted last or still wait.
    """

    guardian: int
    tied_by: int | None
    account_by: int | None
    has_passphrase: bool
    passphrase_by: int | None
    letters: frozenset[int | None] = frozenset()


def may_verify(person: int | None, hands: Hands) -> bool:
    """Say whether *person* had no hand in it, and everybody who had is named.

    The first accounts of a school are added when there is nobody to name yet: such
    an account is taken to be of whoever last gave it a passphrase.
    """
    made = _made_the_account(hands.account_by, hands.passphrase_by, has_passphrase=hands.has_passphrase)
    return _is_another(person, {hands.guardian, hands.tied_by, *made, *hands.letters})


def may_reset_factors(
    person: int | None,
    *,
    whose: int,
    account_by: int | None,
    has_passphrase: bool,
    passphrase_by: int | None,
    letters: frozenset[int | None] = frozenset(),
) -> bool:
    """Say whether *person* may take the second factors of *whose* away.

    Whoever made the account, gave its passphrase, or printed the letter or slip it was chosen
    with could sign in with it and choose a new factor; so they cannot, nor anybody where
    one of them is not named.
    """
    made = _made_the_account(account_by, passphrase_by, has_passphrase=has_passphrase)
    return _is_another(person, {whose, *made, *letters})


def may_approve(person: int | None, *, delegate: int | None, guardian: Hands) -> bool:
    """Say whether *person* may approve a delegate: who could sign in as the guardian may not.

    Args:
        delegate: somebody who has an account already; None where it is yet to be made.
        guardian: who had a hand in making the guardian who proposes.
    """
    return person != delegate and may_verify(person, guardian)


def may_end_custody(person: int | None, *, asked_by: int | None, tied: Collection[int]) -> bool:
    """Say whether *person* may be one of the two who end a custody rule.

    Args:
        asked_by: who asked for it before; None where nobody did.
        tied: whoever is an adult of the child: none of them decides what a court has.
    """
    return person is not None and person != asked_by and person not in tied


def may_enter_paper(person: int | None, *, whose: int, tied: Collection[int]) -> bool:
    """Say whether *person* may enter a paper consent, or compare it: somebody named, not who signed it.

    Args:
        tied: whoever is an adult of the child: none of them agrees for another.
    """
    return _is_another(person, {whose, *tied})


def may_look_at_paper(
    person: int | None, *, entered_by: int | None, whose: int, tied: Collection[int]
) -> bool:
    """Say whether *person* may be the second who looks at a paper consent: not who entered it either."""
    return person != entered_by and may_enter_paper(person, whose=whose, tied=tied)


def may_exempt(person: int | None, *, proposed_by: int | None, tied: Collection[int]) -> bool:
    """Say whether *person* may be one of the two by whom a guardian's consent is not asked for.

    Args:
        proposed_by: who proposed it before; None where nobody did.
        tied: whoever is an adult of the child: none of them decides about another.
    """
    return may_end_custody(person, asked_by=proposed_by, tied=tied)


def may_publish(person: int | None, *, proposed_by: int | None) -> bool:
    """Say whether *person* may publish a text that *proposed_by* proposed: somebody else, named."""
    return _is_another(person, {proposed_by})


def may_give_passphrase(person: int | None, *, whose: int, factors_reset_by: int | None) -> bool:
    """Say whether *person* may give *whose* a passphrase: not who took their second factors away.

    Whoever is not named may be the same; the account's owner always may.
    """
    return factors_reset_by is None or person == whose or person not in {None, factors_reset_by}


def may_confirm_opening(person: int | None, *, proposed_by: int | None) -> bool:
    """Say whether *person* may open a school that *proposed_by* proposed to open: somebody else, named."""
    return _is_another(person, {proposed_by})


def may_confirm_gate(person: int | None, *, installed_by: int | None, is_renewal: bool) -> bool:
    """Say whether *person* may confirm a gate of a camera: once also who installed it, from then on others.

    Who installed it may have been anybody where nobody is named: then nobody renews.
    """
    return _is_another(person, {installed_by}) if is_renewal else person is not None


def may_approve_camera(
    person: int | None, *, installed_by: int | None, confirmed_by: Collection[int]
) -> bool:
    """Say whether *person* may approve a camera: not who installed it, nor who alone confirmed the rest."""
    return _is_another(person, {installed_by}) and set(confirmed_by) != {person}


def may_agree_to_look(
    person: int | None,
    *,
    asked_by: int,
    account_by: int | None,
    has_passphrase: bool,
    passphrase_by: int | None,
    letters: frozenset[int | None] = frozenset(),
) -> bool:
    """Say whether *person* may agree to a look that *asked_by* asked for: somebody else, in nobody's hands.

    Whoever asked and could sign in as the second person would be alone. An account of which nobody
    is named was made at the machine itself, whose owner has the cameras anyway.
    """
    made = _made_the_account(account_by, passphrase_by, has_passphrase=has_passphrase)
    return _is_another(person, {asked_by}) and asked_by not in {*made, *letters}


def _made_the_account(by: int | None, passphrase_by: int | None, *, has_passphrase: bool) -> set[int | None]:
    return {passphrase_by if by is None else by} | ({passphrase_by} if has_passphrase else set())


def _is_another(person: int | None, had_a_hand: set[int | None]) -> bool:
    return person is not None and None not in had_a_hand and person not in had_a_hand
