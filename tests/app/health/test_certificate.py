"""Until when a certificate is valid, at any time that the clock may say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.health.certificate import SOON, file_finding
from app.health.finding import State
from tests.app.health.made import certificate_file

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
LAST = datetime(2026, 5, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "state", "said"),
    [
        pytest.param(LAST - SOON, State.WELL, "21 more days", id="three weeks before its end"),
        pytest.param(LAST - SOON + SECOND, State.LOOK, "only 20 more days", id="less than three weeks"),
        pytest.param(LAST - SECOND, State.LOOK, "only 0 more days", id="on its last day"),
        pytest.param(LAST, State.WRONG, "expired on 2026-05-30", id="at its end"),
        pytest.param(FIRST - SECOND, State.WRONG, "not valid before 2026-03-01", id="before its beginning"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), State.WRONG, "not valid before", id="in 1970"),
    ],
)
def test_a_certificate_is_told_by_its_dates(tmp_path: Path, now: datetime, state: State, said: str) -> None:
    found = file_finding(certificate_file(tmp_path, FIRST, LAST), now)

    assert found.state is state
    assert said in str(found.sentence)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_cannot_be_read_is_wrong(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "certificate.pem"
    if content is not None:
        path.write_text(content)

    found = file_finding(path, FIRST)

    assert (found.state, found.detail) == (State.WRONG, str(path))
