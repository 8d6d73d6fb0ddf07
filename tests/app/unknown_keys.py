"""Keys that name nothing of anybody's here, of every sort that somebody might try."""

import random
import string
from collections.abc import Callable, Iterator
from urllib.parse import quote

from tests.app.everybody import Everybody

#: Of a key.
LETTERS = string.ascii_letters + string.digits + "-_"
LENGTH = 22

Maker = Callable[[random.Random, list[str]], str]


def drawn(chance: random.Random, length: int = LENGTH) -> str:
    return "".join(chance.choices(LETTERS, k=length))


def one_letter_other(chance: random.Random, real: list[str]) -> str:
    key, at = chance.choice(real), chance.randrange(LENGTH)
    return key[:at] + chance.choice(LETTERS.replace(key[at], "")) + key[at + 1 :]


def other_case(chance: random.Random, real: list[str]) -> str:
    return chance.choice(real).swapcase()


def cut_or_longer(chance: random.Random, real: list[str]) -> str:
    key = chance.choice(real)
    return chance.choice(
        [key[:-1], key[1:], key + "A", key * 2, key + "=", key[: chance.randrange(1, LENGTH)]]
    )


def wrong_length(chance: random.Random, _: list[str]) -> str:
    return drawn(chance, chance.choice([1, 2, 21, 23, 43, 200, 3000]))


def beyond_ascii(chance: random.Random, real: list[str]) -> str:
    key = chance.choice(real)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in key)
    return quote(chance.choice([wide, "教" * LENGTH, key[:-1] + "é", key[:-1] + "\u0130", key + "\u200b"]))


def no_text(chance: random.Random, real: list[str]) -> str:
    key = chance.choice(real)
    return chance.choice(
        [key + "%00", "%00" + key, key[:-1] + "%ff", "%c0%ae" * 11, "%ed%a0%80" * 8, key + "%"]
    )


def with_slashes(chance: random.Random, real: list[str]) -> str:
    key = chance.choice(real)
    written = [
        "%2f" + key,
        key + "%2F",
        "..%2f" + key,
        "%5c" + key,
        "./" + key,
        "x/../" + key,
        "/" + key,
        key + "%252f",
    ]
    return chance.choice(written)


def something_else(chance: random.Random, real: list[str]) -> str:
    key = chance.choice(real)
    written = [
        "0",
        "1",
        "-1",
        "null",
        "' OR 1=1 --",
        "%",
        "{{7*7}}",
        "*",
        key + ";a",
        key + " ",
        key + "\n",
        "<script>",
    ]
    return quote(chance.choice(written), safe="")


def at_random(chance: random.Random, _: list[str]) -> str:
    return drawn(chance)


SORTS: dict[str, Maker] = {
    "one letter other": one_letter_other,
    "other case": other_case,
    "cut or longer": cut_or_longer,
    "wrong length": wrong_length,
    "beyond ASCII": beyond_ascii,
    "no text": no_text,
    "with slashes": with_slashes,
    "something else": something_else,
    "at random": at_random,
}


def unknown_keys(everybody: Everybody, number: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield *number* keys with their sort; also other kinds', deleted ones and the other school's."""
    chance = random.Random(seed)  # noqa: S311  # the same each time
    real = real_keys(everybody)
    not_theirs = [
        key
        for kind, objects in everybody.objects.items()
        if kind != "file"
        for name, key in objects.items()
        if name in {"deleted", "at the neighbour's", "never there"}
    ]
    sorts = [*SORTS, "not theirs"]
    for count in range(number):
        sort = sorts[count % len(sorts)]
        yield sort, chance.choice(not_theirs) if sort == "not theirs" else SORTS[sort](chance, real)


def real_keys(everybody: Everybody) -> list[str]:
    """Return every key there is, of whatever kind."""
    objects = (key for kind, named in everybody.objects.items() if kind != "file" for key in named.values())
    return [key for key in objects if len(key) == LENGTH and "'" not in key]
