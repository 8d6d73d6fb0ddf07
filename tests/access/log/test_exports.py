"""That an export holds by itself: each of its lines says what is in the log, to us and to Go."""

import base64
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from access.database import reading, writing
from access.errors import Malformed, Refused, Unverified
from access.log import proven
from access.log.checkpoints import Checkpoint, parse_checkpoint, sign_checkpoint
from access.log.exports import check_export
from access.log.notes import NoteKey, parse_note
from access.log.proven import Choice, choose, follow, read_proven
from access.log.store import LogEntry
from tests.access.log.conftest import ENTRIES
from tests.access.log.exporting import KEY, exported, signed
from tests.access.log.outside import OK, Case, GoVerifier, inclusion
from tests.access.log.trees import GrownTree, sha256
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING

Line = dict[str, Any]


@pytest.fixture(params=[2_048, 7], ids=["at once", "in several goes"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read few entries at a time too."""
    monkeypatch.setattr(proven, "AT_ONCE", request.param)


several = pytest.mark.usefixtures("at_once")


@pytest.fixture
def export(written: WritingSchool) -> tuple[NoteKey, bytes]:
    """The export of a small school's whole log, and the key to check it with."""
    with writing(written.world.database) as connection:
        key, note = signed(connection, written.id)
    with reading(written.world.database) as connection:
        return key, exported(connection, written.id, note)


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


def leaf_of(salt: bytes, body: Line) -> bytes:
    """Make a leaf by the words of docs/reference/log-export.md, with nothing of ours."""
    committed = sha256(salt + spelled([body])[:-1]).hex()
    return spelled([{"h": committed, "k": body["kind"], "n": body["n"], "v": 1}])[:-1]


def lines_of(data: bytes) -> list[Line]:
    return [json.loads(line) for line in data.splitlines()]


def spelled(lines: list[Line]) -> bytes:
    """Spell lines as an export does, with no more than Python's own JSON."""
    return b"".join(
        json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        for line in lines
    )


@several
def test_an_export_has_every_entry_as_it_was_written(
    written: WritingSchool, export: tuple[NoteKey, bytes]
) -> None:
    key, data = export

    checked = check_export(io.BytesIO(data), key)

    bodies = [dict(entry.body) for entry in reversed(written.entries())]
    assert [line["body"] for line in lines_of(data)[1:]] == bodies
    assert (checked.entries, checked.checkpoint.size, checked.left_out) == (len(bodies), len(bodies), 0)
    assert spelled(lines_of(data)) == data


def test_go_finds_each_line_of_an_export_in_the_log(export: tuple[NoteKey, bytes], go: GoVerifier) -> None:
    key, data = export
    head, *lines = lines_of(data)
    said = parse_checkpoint(parse_note(head["checkpoint"].encode()).text)
    opened: Case = {
        "Ask": "checkpoint",
        "Text": head["checkpoint"],
        "Vkey": key.vkey,
        "Name": key.name,
        "Size": said.size,
        "Root": head["checkpoint"].splitlines()[2],
    }

    cases = []
    for line in lines:
        leaf_hash = sha256(b"\x00" + leaf_of(bytes.fromhex(line["salt"]), line["body"]))
        assert leaf_hash.hex() == line["leaf_hash"]
        asked = inclusion(line["number"], said.size, leaf_hash, said.root, [])
        cases.append({**asked, "Proof": line["proof"]})

    assert go.answers([opened, *cases]) == [OK] * (len(lines) + 1)
    another = {**cases[1], "LeafHash": cases[0]["LeafHash"]}
    assert go.answers([another]) != [OK]


@several
def test_a_stretch_has_the_entries_of_its_time_and_counts_what_lies_between(
    written: WritingSchool, in_hand: Connection
) -> None:
    key, note = signed(in_hand, written.id)
    before = parse_checkpoint(parse_note(note).text).size - ENTRIES
    late = range(before + 32, before + 48)
    # Endings that were recorded late have the time at which they were asked for.
    in_hand.execute(update(LogEntry).where(LogEntry.number.in_(late)).values(at=MORNING - timedelta(days=1)))
    start = MORNING + timedelta(seconds=30)

    data = exported(in_hand, written.id, note, since=start, until=start + timedelta(seconds=20))

    numbers = [line["number"] for line in lines_of(data)[1:]]
    assert numbers == [n for n in range(before + 30, before + 50) if n not in late]
    checked = check_export(io.BytesIO(data), key)
    assert (checked.entries, checked.left_out) == (4, 16)


def test_a_stretch_without_entries_is_an_export_without_lines(
    written: WritingSchool, in_hand: Connection
) -> None:
    key, note = signed(in_hand, written.id)

    data = exported(in_hand, written.id, note, since=MORNING + timedelta(days=400))

    assert (check_export(io.BytesIO(data), key).entries, data.count(b"\n")) == (0, 1)


@several
def test_what_was_written_after_the_checkpoint_is_not_in_an_export(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        key, note = signed(connection, written.id)
    size = parse_checkpoint(parse_note(note).text).size
    written.person("later", by=written.office)

    with reading(written.world.database) as connection:
        data = exported(connection, written.id, note)

    assert len(written.entries()) > size
    assert check_export(io.BytesIO(data), key).entries == size


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET body = :other WHERE log = :log AND number = 3",
        "UPDATE log_entry SET body = :null WHERE log = :log AND number = 3",
        "UPDATE log_entry SET salt = :zeros WHERE log = :log AND number = 3",
        "UPDATE log_entry SET number = 3000 WHERE log = :log AND number = 3",
        "UPDATE log_node SET hash = :zeros WHERE log = :log AND level = 2 AND position = 1",
        "DELETE FROM log_node WHERE log = :log AND level = 0 AND position = 2",
        "DELETE FROM log_entry WHERE log = :log AND number = 3",
    ],
)
def test_a_log_that_was_written_into_is_not_exported(
    written: WritingSchool, in_hand: Connection, statement: str
) -> None:
    _, note = signed(in_hand, written.id)
    other = select(LogEntry.body).where(LogEntry.log == written.id, LogEntry.number == 4)
    values = {"other": in_hand.execute(other).scalar_one(), "zeros": bytes(32), "null": b"null"}
    asked = {name: value for name, value in values.items() if f":{name}" in statement}
    in_hand.execute(text(statement), {**asked, "log": written.id})

    with pytest.raises(Refused, match="log:broken"):
        exported(in_hand, written.id, note)


@several
def test_how_far_it_has_come_is_told(written: WritingSchool, in_hand: Connection) -> None:
    _, note = signed(in_hand, written.id)
    choice = choose(in_hand, written.id, note, since=None, until=None)
    told: list[tuple[int, int]] = []

    lengths = [len(batch) for batch in read_proven(in_hand, choice, lambda *far: told.append(far))]

    assert [done for done, _ in told] == [sum(lengths[: at + 1]) for at in range(len(lengths))]
    assert {whole for _, whole in told} == {choice.count} == {sum(lengths)}
    assert max(lengths) <= proven.AT_ONCE


def test_an_empty_choice_reads_nothing(written: WritingSchool, in_hand: Connection) -> None:
    _, note = signed(in_hand, written.id)
    never = MORNING + timedelta(days=400)
    choice: Choice = choose(in_hand, written.id, note, since=never, until=None)

    assert list(read_proven(in_hand, choice)) == []
