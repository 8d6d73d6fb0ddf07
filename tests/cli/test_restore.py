"""A backup that is put back: closed, with what was ended since, by whoever has the private half."""

import json
import os
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from access.backups import age
from access.key_files import make_key_file
from app.alone import be_alone, be_only_one, be_present
from tests.cli.desk import PASSPHRASE, Desk
from tests.cli.restoring import back_up, explained, kinds, opened, restore

Usage = namedtuple("Usage", "total used free")


def one(desk: Desk, question: str) -> object:
    with closing(sqlite3.connect(desk.database)) as database:
        return database.execute(question).fetchone()[0]


def test_a_school_comes_up_closed_and_a_director_opens_it(school: Desk, stick: Path) -> None:
    assert explained(school).startswith("allowed")
    backup = back_up(school)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not (school.home / "backup.scratch").exists()

    said = restore(school, backup, stick)

    assert said["complete"] is True
    assert explained(school).startswith("refused: school:closed")
    assert "school:not_staff" in opened(school, by="office")
    assert "open again" in opened(school, by="director")
    assert "school:closed" not in explained(school)
    told = [kind for kind in kinds(school) if kind in {"log:restored", "restore:opened"}]
    assert told == ["log:restored", "restore:opened"]
    assert school.types("log", "verify").exit_code == 0
    assert len(list((school.home / "set-aside").rglob("portal.db"))) == 1


@pytest.mark.parametrize(
    ("words", "by"),
    [
        (("grant", "revoke", "1"), "director"),
        (("guardianship", "end", "1"), "director"),
        (("curtain", "draw", "Oak room"), "director"),
        (("child", "leave", "Ilyas Haddad"), "office"),
        (("person", "close", "noor"), "director"),
        (("consent", "paper", "1", "no"), "office"),
        (("custody", "add", "1", "no_contact"), "office"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_what_was_ended_since_stays_ended(school: Desk, stick: Path, words: tuple[str, ...], by: str) -> None:
    backup = back_up(school)
    ended = school.types(*words, "--as", by, "--reason", "since")
    assert ended.exit_code == 0, ended.output
    before = explained(school)

    said = restore(school, backup, stick)

    assert (said["complete"], said["exactly"]) == (True, 1)
    assert "open again" in opened(school, by="director")
    assert not explained(school).startswith("allowed")
    assert explained(school).splitlines()[0].split("  ")[0] == before.splitlines()[0].split("  ")[0]


def test_without_the_journal_two_open_it_and_never_one_twice(school: Desk, stick: Path) -> None:
    backup = back_up(school)
    (school.home / "journal").unlink()

    said = restore(school, backup, stick)

    assert said["complete"] is False
    assert "noted" in opened(school, by="director")
    assert "opening:same_person" in opened(school, by="director")
    assert explained(school).startswith("refused: school:closed")
    assert "open again" in opened(school, by="office")
    assert "school:closed" not in explained(school)


def test_somebody_dismissed_since_opens_nothing(school: Desk, stick: Path) -> None:
    school.does("person", "add", "second", "second", by="director")
    school.does("person", "passphrase", "second", by="director", typed=PASSPHRASE + "\n")
    school.does("staff", "appoint", "second", "director", by="director")
    backup = back_up(school)
    joined = "SELECT m.id FROM membership m JOIN person p ON p.id = m.person_id"
    place = one(school, f"{joined} WHERE p.sign_in_name = 'director'")
    school.does("staff", "dismiss", str(place), by="second")

    restore(school, backup, stick)

    assert "refused" in opened(school, by="director")
    assert "open again" in opened(school, by="second")


def test_the_log_declares_what_was_lost(school: Desk, stick: Path) -> None:
    assert school.types("log", "checkpoint").exit_code == 0
    backup = back_up(school)
    old = one(school, "SELECT origin FROM log_era WHERE log = 1")
    size = one(school, "SELECT size FROM log_head WHERE log = 1")

    restore(school, backup, stick)
    restore(school, backup, stick)

    assert one(school, "SELECT count(*) FROM log_era WHERE log = 1") == 2
    assert one(school, "SELECT begins_at FROM log_era WHERE log = 1 AND number = 2") == size
    bodies = "SELECT CAST(body AS TEXT) FROM log_entry WHERE log = 1 AND kind = 'log:restored'"
    body = json.loads(str(one(school, bodies)))
    newest = one(school, "SELECT origin FROM log_era WHERE log = 1 ORDER BY number DESC LIMIT 1")
    signed = school.types("log", "checkpoint").output
    assert body["kind"] == "log:restored"
    assert str(newest) != old
    assert str(newest) in signed
    assert body["quoted"]["origin"] != old  # of the era that the second restore lost
    assert body["quoted"]["size"] == int(str(size)) + 1


@pytest.mark.parametrize(
    ("spoil", "key", "reason"),
    [
        (lambda data: data[:-100], None, "backup:not_whole"),
        (lambda data: data[: len(data) // 2], None, "backup:not_whole"),
        (lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:], None, "backup:not_whole"),
        (lambda _: b"no backup at all", None, "backup:not_whole"),
        (lambda _: b"", None, "backup:not_whole"),
        (lambda data: data, age.new_pair()[0], "backup:not_whole"),
        (lambda data: data, "no key", "backup:identity"),
    ],
    ids=["end gone", "half", "a bit", "foreign", "empty", "another key", "no key"],
)
def test_what_is_no_whole_backup_of_ours_changes_nothing(
    school: Desk, stick: Path, spoil: Callable[[bytes], bytes], key: str | None, reason: str
) -> None:
    backup = back_up(school)
    backup.write_bytes(spoil(backup.read_bytes()))
    if key is not None:
        stick.write_text(key)
    files = {name: (school.home / name).read_bytes() for name in ("portal.db", "journal")}

    verified = school.types("backup", "verify", str(backup), "--identity", str(stick), "--json")
    said = restore(school, backup, stick)

    assert json.loads(verified.output)["refused"] == said["refused"] == reason
    assert {name: (school.home / name).read_bytes() for name in files} == files
    assert not (school.home / "backup.scratch").exists()
    assert not (school.home / "restore.unfinished").exists()


def test_a_backup_of_another_installation_is_refused(school: Desk, stick: Path) -> None:
    backup = back_up(school)
    (school.home / "log_key").unlink()
    make_key_file(school.home / "log_key")

    assert restore(school, backup, stick)["refused"] == "backup:not_whole"


@contextmanager
def at_work(desk: Desk) -> Iterator[int]:
    """Hold what a command holds."""
    descriptor = be_present(desk.home)
    assert descriptor is not None
    yield descriptor
    os.close(descriptor)


def test_no_command_is_at_work_beside_a_restore(school: Desk, stick: Path) -> None:
    backup = back_up(school)
    with at_work(school):
        assert restore(school, backup, stick)["refused"] == "command:running"
    with at_work(school) as restoring:
        assert be_only_one(restoring)
        assert "restore:running" in school.types("grant", "revoke", "1", "--reason", "beside").output

    assert school.types("grant", "list").exit_code == 0
    assert restore(school, backup, stick)["complete"] is True


def test_nothing_is_put_back_under_a_running_portal(school: Desk, stick: Path) -> None:
    backup = back_up(school)
    be_alone(school.home)

    assert restore(school, backup, stick)["refused"] == "portal:running"


def test_without_a_public_key_or_room_no_backup_is_made(
    family_desk: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_key_file(family_desk.home / "log_key")
    assert "backup:no_recipient" in family_desk.types("backup").output
    assert "backup:key_here" in family_desk.types("backup", "key", "--to", str(family_desk.home / "k")).output
    assert family_desk.types("backup", "key", "--to", str(stick)).exit_code == 0

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 10**6, 10**6))

    assert "copy:no_room" in family_desk.types("backup").output
    assert list((family_desk.home / "backups").glob("*")) == []
    assert not (family_desk.home / "backup.scratch").exists()


def test_a_checkpoint_of_what_was_lost_is_told_as_lost_and_an_older_one_still_holds(
    school: Desk, stick: Path, tmp_path: Path
) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    older.write_text(school.types("log", "checkpoint").output)
    backup = back_up(school)
    school.does("curtain", "draw", "Oak room", by="director")
    school.does("curtain", "open", "Oak room", by="director")
    newer.write_text(school.types("log", "checkpoint").output)
    restore(school, backup, stick)

    verified = school.types("log", "verify", "--against", str(newer))
    assert verified.exit_code == 0
    assert "lost in the restore" in verified.output
    assert "lost" not in school.types("log", "verify", "--against", str(older)).output

    with closing(sqlite3.connect(school.database)) as database:
        database.execute("DROP TRIGGER log_entry_no_update")
        database.execute("UPDATE log_entry SET kind = 'room:added' WHERE log = 1 AND number = 2")
        database.commit()
    assert school.types("log", "verify", "--against", str(newer)).exit_code == 3
