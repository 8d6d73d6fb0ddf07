"""Typed: a copy of what the school keeps about somebody, from the request to the file."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import copied
from tests.cli.desk import Desk


@pytest.fixture
def desk(typed_family: Desk, tmp_path: Path) -> Desk:
    """A family's school."""
    return copied(typed_family, tmp_path)


def test_a_copy_is_made_released_and_handed_over(desk: Desk, tmp_path: Path) -> None:
    draft, handed = tmp_path / "draft.zip", tmp_path / "handed.zip"
    desk.does("subject", "ask", "noor", by="office")
    (waits,) = json.loads(desk.types("subject", "list", "--json").output)
    assert (waits["person"], waits["days_left"], waits["made"]) == ("Noor Haddad", 9, None)

    made = json.loads(desk.does("subject", "make", "1", "--out", str(draft), "--json", by="office").output)
    digest = ("--sha256", made["sha256"])
    alone = desk.types("subject", "release", "1", *digest, "--reason", "x", "--as", "office", "--json")
    assert json.loads(alone.output)["refused"] == "subject:same_person"
    early = desk.types("subject", "hand", "1", "--out", str(handed), "--reason", "x", "--as", "office")
    assert early.exit_code == 3
    assert not handed.exists()
    desk.does("subject", "release", "1", *digest, by="director")
    desk.does("subject", "hand", "1", "--out", str(handed), by="office")

    data = handed.read_bytes()
    assert data == draft.read_bytes()
    assert made["sha256"] == hashlib.sha256(data).hexdigest()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["index.html", "data.json"]
        page, said = archive.read("index.html").decode(), json.loads(archive.read("data.json"))
    assert said["account"][0]["sign_in_name"] == "noor"
    assert "Noor Haddad" in page
    assert "Ilyas Haddad" in page
    assert not re.search(r"<script|<img|<link|https?:|src=|canary", page)
    assert json.loads(desk.types("subject", "list", "--json").output)[0]["days_left"] is None


def test_of_no_request_nothing_is_made(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "none.zip"
    answer = desk.types(
        "subject", "make", "7", "--out", str(out), "--reason", "x", "--as", "office", "--json"
    )

    assert json.loads(answer.output)["refused"] == "subject_export:unknown"
    assert not out.exists()


def test_a_copy_is_not_lost_where_its_file_cannot_be_written(desk: Desk, tmp_path: Path) -> None:
    draft, full = tmp_path / "draft.zip", Path("/dev/full")
    desk.does("subject", "ask", "noor", by="office")
    made = json.loads(desk.does("subject", "make", "1", "--out", str(draft), "--json", by="office").output)
    desk.does("subject", "release", "1", "--sha256", made["sha256"], by="director")
    act = ("--reason", "x", "--as", "office", "--json")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.cli.new_files._made", lambda _: full.open("wb"))
        lost = tmp_path / "lost.zip"
        answer = desk.types("subject", "hand", "1", "--out", str(lost), *act)
        assert json.loads(answer.output)["refused"] == "file:not_written"
        assert "No space left" in answer.output

    handed = tmp_path / "handed.zip"
    desk.does("subject", "hand", "1", "--out", str(handed), by="office")
    assert handed.read_bytes() == draft.read_bytes()


def test_no_copy_is_said_to_be_made_whose_file_cannot_be_written(desk: Desk, tmp_path: Path) -> None:
    full = Path("/dev/full")
    desk.does("subject", "ask", "noor", by="office")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.cli.new_files._made", lambda _: full.open("wb"))
        act = ("--reason", "x", "--as", "office", "--json")
        answer = desk.types("subject", "make", "1", "--out", str(tmp_path / "lost.zip"), *act)

    assert json.loads(answer.output)["refused"] == "file:not_written"
    assert json.loads(desk.types("subject", "list", "--json").output)[0]["made"] is None
