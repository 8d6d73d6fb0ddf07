"""``./portal demo`` is soon ready: what somebody who tries it for the first time waits for."""

from pathlib import Path

import pytest

from tests.e2e.shown import READY_SECONDS, Demo

pytestmark = [pytest.mark.e2e, pytest.mark.whole_machine]


def test_it_is_ready_in_fifteen_seconds(tmp_path: Path) -> None:
    with Demo(tmp_path, "--minutes", "1") as demo:
        assert demo.ready_after_seconds < READY_SECONDS
