"""Nobody alone makes a viewer: who may verify a guardianship.

Pure: :mod:`access.acts_families` reads who did what, this module says what follows
from it. Whoever had a hand in making somebody a viewer cannot be the second person:
not who made the account, nor who gave it a passphrase and so could sign in with
it, nor who tied it to the child. Where one of them is not named it may have been
anybody, so nobody verifies.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hands:
    """Who had a hand in a guardianship; None where nobody was named.

    Attributes:
        guardian: the adult who is tied to the child.
        tied_by: who added the guardianship.
        account_by: who added the guardian's account.
        has_passphrase: whether the guardian can sign in at all.
        passphrase_by: who, other than the guardian, last gave them a passphrase.
    """

    guardian: int
    tied_by: int | None
    account_by: int | None
    has_passphrase: bool
    passphrase_by: int | None


def may_verify(person: int | None, hands: Hands) -> bool:
    """Say whether *person* had no hand in it, and everybody who had is named.

    The first accounts of a school are added when there is nobody to name yet: such
    an account is taken to be of whoever last gave it a passphrase.
    """
    account_by = hands.passphrase_by if hands.account_by is None else hands.account_by
    had = {hands.guardian, hands.tied_by, account_by}
    if hands.has_passphrase:
        had.add(hands.passphrase_by)
    return person is not None and None not in had and person not in had
