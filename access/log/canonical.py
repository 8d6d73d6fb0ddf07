"""JSON in the one spelling that is hashed: RFC 8785, for the values entries have.

Pure. Entries hold text, whole numbers, truth values, null, lists and objects; a
number with a fraction is refused, because its spelling is the hard part of the
RFC and no entry needs one (durations are whole milliseconds).
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

#: RFC 8785 takes numbers as IEEE 754 doubles, which are exact up to here.
LARGEST = 2**53 - 1

_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
#: Everything else stands as it is.
_SPELLED = str.maketrans({chr(code): f"\\u{code:04x}" for code in range(ord(" "))} | _SHORT)


def canonical(value: Json) -> bytes:
    """Return *value* as the bytes that are hashed.

    Raises:
        TypeError: something that an entry cannot hold, such as a float.
        ValueError: a whole number beyond 2**53 - 1, or text with half a surrogate pair.

    Source:
        RFC 8785, section 3.2.
    """
    return _text(value).encode()


def _text(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return _number(value)
        case str():
            return _string(value)
        case Mapping():
            return _object(value)
        case list() | tuple():
            return "[" + ",".join(map(_text, value)) + "]"
        case _:
            raise TypeError(f"an entry holds no {type(value).__name__}")


def _number(value: int) -> str:
    if abs(value) > LARGEST:
        raise ValueError("a whole number beyond 2**53 - 1 has no canonical form")
    return str(int(value))


def _string(value: str) -> str:
    return f'"{value.translate(_SPELLED)}"'


def _object(value: Mapping[str, Json]) -> str:
    if not all(isinstance(name, str) for name in value):
        raise TypeError("names in an entry are text")
    # By UTF-16 code units, which differs from Python's order beyond the first plane.
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{_string(name)}:{_text(value[name])}" for name in names) + "}"
