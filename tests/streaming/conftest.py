"""What the tests of ``streaming`` share."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent.parent / "golden"


class Golden:
    """Whole outputs, compared with the files of ``tests/golden``."""

    def __init__(self, *, update: bool) -> None:
        self._update = update

    def check(self, name: str, output: str) -> None:
        path = GOLDEN / name
        if self._update:
            path.write_text(output, encoding="utf-8")
        assert output == path.read_text(encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(update=bool(request.config.getoption("--update-golden", default=False)))
