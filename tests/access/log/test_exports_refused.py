"""That an export is refused whose least part was changed, and taken by whomever it was put together."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from access.errors import Malformed, Unverified
from access.log.checkpoints import Checkpoint, sign_checkpoint
from access.log.exports import check_export
from access.log.notes import NoteKey
from access.log.proven import follow
from tests.access.log.conftest import ENTRIES
from tests.access.log.exporting import KEY, Line, leaf_of, lines_of, spelled
from tests.access.log.trees import GrownTree, sha256


@pytest.fixture(scope="module")
def spelled_out() -> tuple[NoteKey, bytes]:
    """An export that was put together by the document, and not by what writes them."""
    signer = KEY.signer("littlewindow.invalid/log/0123456789abcdef/1")
    salts = [sha256(b"salt %d" % number) for number in range(ENTRIES)]
    bodies = [body_of(number) for number in range(ENTRIES)]
    leaves = [leaf_of(salt, body) for salt, body in zip(salts, bodies, strict=True)]
    tree = GrownTree(leaves)
    said = Checkpoint(signer.name, ENTRIES, tree.root(ENTRIES))
    lines: list[Line] = [{"checkpoint": sign_checkpoint(said, [signer]).decode(), "entries": ENTRIES, "v": 1}]
    for number in range(ENTRIES):
        proof = [base64.b64encode(node).decode() for node in tree.inclusion(number, ENTRIES)]
        line = {"body": bodies[number], "leaf_hash": tree.leaf_hash(number).hex(), "proof": proof}
        lines.append({**line, "number": number, "salt": salts[number].hex()})
    return signer.key, spelled(lines)


def body_of(number: int) -> Line:
    said = {"v": 1, "n": number, "at": f"2026-11-24T01:30:{number % 60:02}.000000Z", "kind": "room:added"}
    return {**said, "reason": f"因为 {number}", "actor": {"person": None, "via": "cli:测试"}}


def changed(of: str, value: Any) -> Callable[[list[Line]], None]:
    """Change one thing in the third entry."""

    def change(lines: list[Line]) -> None:
        lines[3][of] = value(lines[3][of], lines[4][of])

    return change


def in_body(name: str, value: Any) -> Callable[[list[Line]], None]:
    def change(lines: list[Line]) -> None:
        lines[3]["body"][name] = value

    return change


def twice(lines: list[Line]) -> None:
    lines.insert(3, lines[3])
    lines[0]["entries"] += 1


FORGERIES: dict[str, tuple[Callable[[list[Line]], None], type[Exception]]] = {
    "another reason": (in_body("reason", "nothing of it"), Unverified),
    "something more": (in_body("more", None), Unverified),
    "another number": (in_body("n", 17), Unverified),
    "no kind": (in_body("kind", None), Malformed),
    "a fraction": (in_body("more", 1.5), Malformed),
    "another entry's body": (changed("body", lambda _, other: other), Unverified),
    "another entry's salt": (changed("salt", lambda _, other: other), Unverified),
    "a short salt": (changed("salt", lambda mine, _: mine[2:]), Malformed),
    "a salt in capitals": (changed("salt", lambda mine, _: mine.upper()), Malformed),
    "another entry's leaf hash": (changed("leaf_hash", lambda _, other: other), Unverified),
    "another entry's proof": (changed("proof", lambda _, other: other), Unverified),
    "a short proof": (changed("proof", lambda mine, _: mine[:-1]), Unverified),
    "a long proof": (changed("proof", lambda mine, _: mine + mine[:1]), Unverified),
    "a very long proof": (changed("proof", lambda mine, _: mine * 30), Malformed),
    "a proof of something else": (changed("proof", lambda mine, _: [1, *mine[1:]]), Malformed),
    "no proof": (changed("proof", lambda _mine, _: None), Malformed),
    "no body": (changed("body", lambda _mine, _: []), Malformed),
    "another number beside": (changed("number", lambda mine, _: mine + 100), Unverified),
    "a line twice": (twice, Malformed),
    "another order": (lambda lines: lines.insert(2, lines.pop(3)), Malformed),
    "a line less": (lambda lines: lines.__delitem__(3), Malformed),
    "a field more": (lambda lines: lines[3].update(more=1), Malformed),
    "a field less": (lambda lines: lines[3].__delitem__("salt"), Malformed),
    "another version": (lambda lines: lines[0].update(v=2), Malformed),
    "no checkpoint": (lambda lines: lines[0].update(checkpoint=None), Malformed),
    "another checkpoint": (
        lambda lines: lines[0].update(checkpoint=lines[0]["checkpoint"].replace("\n77\n", "\n78\n")),
        Unverified,
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_an_export_that_was_changed_is_refused(spelled_out: tuple[NoteKey, bytes], name: str) -> None:
    key, data = spelled_out
    forge, fault = FORGERIES[name]
    lines = lines_of(data)

    forge(lines)

    assert spelled(lines) != data
    with pytest.raises(fault):
        check_export(io.BytesIO(spelled(lines)), key)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:0], id="nothing"),
        pytest.param(lambda data: data[:-1], id="the last line is cut off"),
        pytest.param(lambda data: data[: data[:-1].rindex(b"\n") + 1], id="the last line is missing"),
        pytest.param(lambda data: data.replace(b":", b": ", 1), id="a space"),
        pytest.param(lambda data: data.replace(b'"v":1}\n', b'"v":1,"v":1}\n', 1), id="a name twice"),
        pytest.param(lambda data: data + b"\n", id="an empty line"),
        pytest.param(lambda data: data + b"[" * 100_000 + b"\n", id="brackets without an end"),
        pytest.param(lambda data: data + b" " * (3 << 20), id="a line without an end"),
        pytest.param(lambda data: data + b'"\\ud800"\n', id="half a letter"),
        pytest.param(lambda data: data + b"\xff\n", id="no letter"),
        pytest.param(lambda data: b"[]\n" + data, id="another first line"),
    ],
)
def test_what_is_no_whole_export_is_refused(
    spelled_out: tuple[NoteKey, bytes], damage: Callable[[bytes], bytes]
) -> None:
    key, data = spelled_out

    with pytest.raises(Malformed):
        check_export(io.BytesIO(damage(data)), key)


def test_an_export_that_others_put_together_is_taken(spelled_out: tuple[NoteKey, bytes]) -> None:
    key, data = spelled_out

    assert check_export(io.BytesIO(data), key).entries == ENTRIES


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(lambda body: spelled([body | {"n": 5}])[:-1], id="another number"),
        pytest.param(lambda body: json.dumps(body, ensure_ascii=False).encode(), id="another spelling"),
    ],
)
def test_an_entry_that_the_log_itself_hashed_wrongly_is_refused(
    spelling: Callable[[Line], bytes],
) -> None:
    salt, body = bytes(32), spelling(body_of(0))
    leaf = spelled([{"h": sha256(salt + body).hex(), "k": "room:added", "n": 0, "v": 1}])[:-1]
    said = Checkpoint("littlewindow.invalid/log/1", 1, sha256(b"\x00" + leaf))

    with pytest.raises(Unverified, match="another number or another spelling"):
        follow(said, number=0, salt=salt, body=body, proof=[])


def test_an_export_of_another_log_is_refused(spelled_out: tuple[NoteKey, bytes]) -> None:
    with pytest.raises(Unverified):
        check_export(io.BytesIO(spelled_out[1]), KEY.public("littlewindow.invalid/log/another/1"))
