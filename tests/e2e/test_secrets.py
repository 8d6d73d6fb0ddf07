"""A whole living portal is driven through its day, and then every place is searched for secrets.

Nothing a person or a machine outside can read has a camera's address, a passphrase
or a cookie's token in it: no answer, nothing printed, no file, no process's words.
"""

from collections.abc import Iterator

import pytest

from tests.cameras import GstCamera
from tests.e2e.portal import Living
from tests.e2e.whole_day import CAMERAS, CHILD, PASSWORD, PATH, USER, Evidence, whole_day


@pytest.fixture(scope="module")
def camera() -> Iterator[GstCamera]:
    """A camera that asks for its login by digest, with an address that would be known again anywhere."""
    with GstCamera(login=(USER, PASSWORD), path=PATH) as running:
        yield running


@pytest.fixture(scope="module")
def evidence(living: Living, camera: GstCamera) -> Evidence:
    """Return what came out of a day."""
    return whole_day(living, camera)


def test_the_day_was_a_whole_one(evidence: Evidence, camera: GstCamera) -> None:
    asked = " ".join(what for what, _ in evidence.answers)
    printed = dict(evidence.printed)

    assert camera.address.endswith(PATH)
    assert {kind for kind, _ in evidence.told} >= {
        "sign_in:began",
        "viewing:opened",
        "viewing:closed",
        "viewing:refused",
        "camera:lost",
        "camera:back",
        "camera:probed",
        "log:read",
    }
    assert ".m4s 200" in asked
    assert "POST /sign-in 400" in asked
    assert b"camera:wrong_password" in printed["portal.log"] + b"".join(printed.values())
    assert len(evidence.camera_processes) >= CAMERAS
    assert any(b"gunicorn" in words for _, words in evidence.processes)
    assert any(b"PORTAL_KEY_FILE" in words for _, words in evidence.processes)
    assert any(path.endswith("portal.db") for path, _ in evidence.files)
    assert any("segments" in path or ".m4s" in path for path, _ in evidence.files)


def test_no_answer_has_a_secret(evidence: Evidence) -> None:
    assert evidence.found(evidence.answers, evidence.secrets) == []


def test_nothing_printed_has_a_secret_or_a_childs_name(evidence: Evidence) -> None:
    assert evidence.found(evidence.printed, [*evidence.secrets, CHILD]) == []


def test_no_file_has_a_secret_in_clear(evidence: Evidence) -> None:
    assert evidence.found(evidence.files, evidence.secrets) == []


def test_only_the_records_have_a_childs_name(evidence: Evidence) -> None:
    where = [(path, text) for path, text in evidence.files if "portal.db" not in path]

    assert evidence.found(where, [CHILD]) == []
    assert evidence.found(evidence.files, [CHILD]), "the records have it, so it would be found"


def test_no_process_has_a_secret_in_its_command_line_or_environment(evidence: Evidence) -> None:
    assert evidence.found(evidence.processes, [*evidence.secrets, CHILD]) == []
