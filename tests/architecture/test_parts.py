"""Every part that is brought is named with its version and its hash, and nothing is brought without."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt", "requirements-node.txt")
PINNED = re.compile(r"([a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?)==([^\s;\\]+)(?:\s*;[^\\]*)?\s*\\?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\s*\\?")


def parts(lock: str) -> dict[str, int]:
    """Return each part that a lock names, and how many hashes stand below it."""
    found: dict[str, int] = {}
    last = ""
    for line in (ROOT / lock).read_text("utf-8").splitlines():
        if HASH.fullmatch(line.strip()):
            found[last] += 1
        else:
            pinned = PINNED.fullmatch(line.strip())
            assert pinned, f"{lock}: {line!r} is neither a part with its version nor a hash"
            last = pinned[1]
            found[last] = 0
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_part_has_its_version_and_its_hashes(lock: str) -> None:
    found = parts(lock)

    assert found
    assert [name for name, hashes in found.items() if hashes == 0] == []


@pytest.mark.parametrize("name", ["run", "demo", "dev", "node"])
def test_whatever_is_asked_for_is_locked(name: str) -> None:
    lock = "requirements.txt" if name == "run" else f"requirements-{name}.txt"
    asked = [
        line.split("==")[0].split("[")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
        if line and not line.startswith(("#", "-r"))
    ]

    locked = {part.split("[")[0] for part in parts(lock)}

    assert [part for part in asked if part not in locked] == []


def test_what_a_browser_is_given_is_locked_too() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    brought = {name: part for name, part in lock["packages"].items() if name}

    assert brought
    assert [
        name for name, part in brought.items() if not part.get("integrity", "").startswith("sha512-")
    ] == []


def test_pip_takes_nothing_without_a_hash_and_npm_runs_no_script() -> None:
    brought = (ROOT / "setup" / "bring.sh").read_text("utf-8")

    assert "pip install" in brought
    assert "--require-hashes" in brought
    assert "npm ci --ignore-scripts" in brought
    assert not re.search(r"--(?:extra-)?index-url|--registry", brought)
    assert "dependencies" not in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
