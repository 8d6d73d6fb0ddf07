"""How the C2SP formats spell bytes and numbers in text: base64 and decimal, one spelling for one value.

Pure. A second spelling of the same value is refused, so that nobody can change a
signed text, a proof or a path without changing what it says.
"""

import base64
import re

from access.errors import Malformed

#: Sizes and times fit a signed 64-bit number, as in every other program that reads them.
LARGEST = 2**63 - 1

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def to_base64(data: bytes) -> str:
    """Return *data* in standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, what: str) -> bytes:
    """Return the bytes that *text* spells.

    Args:
        text: standard base64 with padding, no white space, unused bits zero.
        what: what it should be, for the message.

    Raises:
        Malformed: it is not the one spelling of any bytes.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as fault:
        raise Malformed(f"{what} is not base64") from fault
    if to_base64(data) != text:
        raise Malformed(f"{what} is not in the one spelling of base64")
    return data


def from_decimal(text: str, what: str) -> int:
    """Return the number that *text* spells: ASCII digits, no leading zeros, at most 2**63 - 1.

    Raises:
        Malformed: it spells no such number.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST:
        raise Malformed(f"{what} is not a decimal number below 2**63")
    return int(text)
