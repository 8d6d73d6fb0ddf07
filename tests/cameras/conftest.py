"""What tests of cameras need beside the cameras."""

from pathlib import Path

import pytest

from demo.certificate import make_certificate


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """Return the files of a certificate for 127.0.0.1 and its key."""
    return make_certificate(tmp_path)
