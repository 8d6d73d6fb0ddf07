"""What a letter's paper says: the address that opens it, also as a QR code."""

from io import BytesIO

import segno

from access.codes import in_fives
from app.config import Settings

#: Where a letter is opened. The token stands behind it as a fragment, which no browser sends to anybody.
PATH = "/i"


def letter_address(settings: Settings, token: str) -> str:
    """Return the address on a letter."""
    origin = settings.origin or f"http://{settings.listens_at}"
    return f"{origin}{PATH}#{token}"


def door_address(settings: Settings, code: str) -> str:
    """Return the address that makes a tablet a door display, once."""
    return letter_address(settings, f"door-{code}")


def door_code(code: str) -> str:
    """Return what somebody types on the page of :data:`PATH` in place of that address."""
    return f"DOOR-{in_fives(code)}"


def qr_svg(address: str) -> str:
    """Return *address* as a QR code, drawn in the page itself: black on white, with its quiet zone."""
    picture = BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(
        picture, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, light="white", svgclass="qr"
    )
    return picture.getvalue().decode("ascii")
