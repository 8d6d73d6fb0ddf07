"""Take secrets out of text before it leaves a process, by their value.

A pattern of what addresses look like missed three of seven spellings; a value is found
in each: as it is, URL-encoded (all of it or parts, either case) and as JSON or Python
write it.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

HIDDEN = "[hidden]"

_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}


class Redactor:
    """Hides *secrets* in text, in any of their spellings; empty ones are none."""

    def __init__(self, secrets: Iterable[str]) -> None:
        longest_first = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_spellings, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """Return *text* with ``HIDDEN`` in the place of each secret."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text


def secrets_of(address: str) -> list[str]:
    """Return all of a camera's *address* that must not be read: whole, and in its parts."""
    try:
        parts = urlsplit(address)
        names = [parts.netloc, parts.username, parts.password, parts.hostname]
    except ValueError:
        return [address]
    places = [part for part in (parts.path, parts.query) if len(part) > 1]
    found = [address, *(name for name in names if name), *places]
    return [*found, *(unquote(secret) for secret in found)]


def _spellings(secret: str) -> str:
    return "".join(_spellings_of(character) for character in secret)


def _spellings_of(character: str) -> str:
    encoded = "".join(f"%{_hex(byte, 2)}" for byte in character.encode(errors="surrogatepass"))
    units = character.encode("utf-16-be", errors="surrogatepass")
    escaped = "".join(rf"\\u{_hex(int.from_bytes(units[at : at + 2]), 4)}" for at in range(0, len(units), 2))
    ways = [rf"\\?{re.escape(character)}", encoded, escaped]
    if len(units) == 2 and units[0] == 0:
        ways.append(rf"\\x{_hex(units[1], 2)}")
    if character == " ":
        ways.append(r"\+")
    if character in _SHORT_ESCAPES:
        ways.append(rf"\\{_SHORT_ESCAPES[character]}")
    if character == "\\":
        ways.append(r"\\\\")
    return f"(?:{'|'.join(ways)})"


def _hex(number: int, digits: int) -> str:
    """Return a pattern for *number* in hexadecimal, upper or lower case."""
    return "".join(
        f"[{digit}{digit.lower()}]" if digit.isalpha() else digit for digit in f"{number:0{digits}X}"
    )
