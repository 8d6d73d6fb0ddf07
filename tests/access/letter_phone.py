"""A phone at a letter's page, and the device that makes its passkey; told in sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from access.acts_accepting import Accepted
from access.database import reading
from access.errors import Refused
from access.factor_records import Ceremony
from access.letter_passkeys import Answer, accept_with_passkey, ask_to_accept
from access.passkeys import ask_to_sign_in, sign_in_with_passkey
from tests.access.inviting import NAME, Papers, kept, person_row
from tests.access.with_factors import SITE, held
from tests.access.writing_school import WritingSchool
from tests.authenticator import Authenticator


@dataclass
class Phone:
    """A browser at a letter's page, and the device that makes its passkey."""

    written: WritingSchool
    device: Authenticator
    #: Of the ceremony's cookie.
    token: str = ""
    said: str = ""

    def asks(self, made: Papers, *, secret: str | None = None, name: str = NAME) -> dict[str, Any]:
        """Send both papers and the name; keep the challenge and return what is to be done."""
        asked, options = ask_to_accept(
            self.written.world,
            token=made.letter.token,
            secret=made.secret if secret is None else secret,
            sign_in_name=name,
            site=SITE,
            portal="小窗",
        )
        self.token = asked.token
        return options

    def makes(self, made: Papers) -> None:
        """Ask, and let the device make its passkey."""
        self.said = self.device.makes(self.asks(made))

    def sends(self, made: Papers, *, secret: str | None = None, name: str = NAME) -> Accepted:
        """Send what the device made."""
        return accept_with_passkey(
            self.written.world,
            token=made.letter.token,
            secret=made.secret if secret is None else secret,
            sign_in_name=name,
            answer=Answer(self.token, self.said, SITE, "Safari, iPhone"),
        )

    def accepts(self, made: Papers, name: str = NAME) -> Accepted:
        """Do all of it."""
        self.said = self.device.makes(self.asks(made, name=name))
        return self.sends(made, name=name)


def why_not(act: Callable[[], object]) -> str:
    """Return why an act was refused; nothing where it was not."""
    try:
        act()
    except Refused as refusal:
        return refusal.reason
    return ""


def signs_in(written: WritingSchool, device: Authenticator) -> str | None:
    asked, options = ask_to_sign_in(written.world, SITE)
    return sign_in_with_passkey(written.world, asked.token, device.signs(options), SITE, device="Safari")


def ceremonies(written: WritingSchool) -> int:
    with reading(written.world.database) as connection:
        return int(connection.execute(select(func.count()).select_from(Ceremony)).scalar_one())


def still_holds(written: WritingSchool, made: Papers, person: int) -> None:
    """Assert that nothing was chosen yet, and that the letter can still be accepted."""
    assert person_row(written, person).passphrase_hash == ""
    assert held(written.world, person).count == 0
    assert kept(written, made.letter).accepted_at is None
    Phone(written, Authenticator()).accepts(made)
