"""The shape of files: small enough to read, and one maker of safe frames."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("access", "streaming", "app", "demo", "bench")
PACKAGES = (*CODE, "tests")
#: For code; a test file is as long as what it tests.
LONGEST = 300


def modules(*packages: str) -> list[Path]:
    """Return every module of *packages*."""
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def test_no_file_is_too_long_to_read() -> None:
    sizes = {
        str(path.relative_to(ROOT)): path.read_text("utf-8").count("\n")
        for path in modules(*CODE)
        if "versions" not in path.parts
    }

    assert {name: lines for name, lines in sizes.items() if lines > LONGEST} == {}


def test_no_file_is_named_utils() -> None:
    assert [path for path in modules(*PACKAGES) if re.fullmatch(r"(utils?|helpers?|misc)", path.stem)] == []


def test_only_the_privacy_filter_makes_a_safe_frame() -> None:
    makers = {
        str(path.relative_to(ROOT))
        for path in modules("access", "streaming", "app", "demo")
        if re.search(r"\bSafeFrame\(", path.read_text("utf-8"))
    }

    assert makers == {"streaming/privacy/filter.py"}
