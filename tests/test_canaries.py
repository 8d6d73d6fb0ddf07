"""The canaries sing: the test in which something secret is written fails, and says who wrote it."""

from pathlib import Path

import pytest

from tests.app.account import trying
from tests.canaries import KNOWN
from tests.e2e import kindergarten, living, whole_day
from tests.school import CAMERA_ADDRESS, NEIGHBOUR, Called, sign_in_name_of

pytest_plugins = ["pytester"]

LEAKS = """
import logging
import os
import subprocess
import sys

from app.errors import tell_fault

SECRET = "can" + "ary-" + "7193"


def test_line():
    logging.getLogger("app.errors").debug("signed in as %s", SECRET)


def test_fault():
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("access.acts").exception("it broke")


def test_child():
    name = "import sys; sys.stderr.write('小' + '豆')"
    subprocess.run([sys.executable, "-X", "utf8", "-c", name], capture_output=True, check=True)


def test_stderr():
    os.write(2, SECRET.encode())


def test_escaped():
    logging.getLogger("streaming.source").warning('{"child": "%s"}', "\\\\u5c0f" + "\\\\u8c46")


def test_file(tmp_path):
    (tmp_path / "leaked.log").write_text(SECRET)


def test_quiet():
    print(SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError as fault:
        tell_fault(fault)
"""


def test_whoever_writes_a_secret_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_leaks=LEAKS)
    root = Path(__file__).parents[1]
    pytester.makeini("[pytest]\npythonpath = " + str(root))

    ended = pytester.runpytest_subprocess("-q", "-p", "tests.canaries", "-p", "no:cacheprovider")
    said = ended.stdout.str()
    for kept in pytester.path.parent.rglob("leaked.log"):
        kept.unlink()  # else it is found once more, at the end of these tests here

    ended.assert_outcomes(failed=5, passed=2, errors=1)
    for test, source in {
        "line": "the log of app.errors",
        "fault": "the log of access.acts",
        "child": "stderr of python",
        "stderr": "Captured stderr call",
        "escaped": "the log of streaming.source",
    }.items():
        assert f"test_{test} let something secret be written:" in said
        assert f"in {source}" in said
    assert "leaked.log: canary-7193" in said, "found at the end of all tests"


@pytest.mark.parametrize(
    "secret",
    [
        CAMERA_ADDRESS,
        sign_in_name_of(7),
        Called().child,
        NEIGHBOUR.child,
        trying.PASSPHRASE,
        trying.WRONG,
        living.PASSPHRASE,
        whole_day.USER,
        whole_day.PASSWORD,
        whole_day.PATH,
        whole_day.WRONG_PASSWORD,
        whole_day.MISTYPED,
        whole_day.MISPLACED,
        whole_day.CHILD,
        *(child for _, children in kindergarten.FAMILIES.values() for child in children),
    ],
)
def test_the_secrets_of_the_schools_would_be_known_again(secret: str) -> None:
    assert KNOWN.search(secret)
