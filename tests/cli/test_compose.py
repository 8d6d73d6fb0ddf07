"""The compose file and the image: what they name is there, and they give away no more than is needed.

A container engine cannot run where the tests do (docs/operations/service.md says so).
"""

import re
import shlex
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it brings no types

from app.config import PREFIX, Settings
from tests.readme import ROOT

IMAGE = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def portal() -> dict[str, Any]:
    """Give the service as the compose file has it."""
    (service,) = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"].values()
    return dict(service)


def test_every_setting_that_it_names_is_known(portal: dict[str, Any]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}

    assert portal["environment"]
    assert portal["environment"].keys() <= known


def test_records_lie_in_a_volume_and_live_seconds_in_memory(portal: dict[str, Any]) -> None:
    named = portal["environment"]
    memory = {place.split(":")[0]: place.split(":")[1].split(",") for place in portal["tmpfs"]}

    assert portal["volumes"] == [f"data:{named['PORTAL_DATA_DIRECTORY']}"]
    assert {"mode=0700", "noexec", "nosuid"} <= set(memory[named["PORTAL_RAM_DIRECTORY"]])
    assert portal["mem_limit"] == portal["memswap_limit"]
    assert portal["ulimits"]["core"] == 0


def test_it_runs_as_nobody_in_particular_and_writes_nowhere_else(portal: dict[str, Any]) -> None:
    assert portal["read_only"] is True
    assert portal["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in portal["security_opt"]
    assert f"USER {portal['user']}" in IMAGE
    assert f"uid={portal['user'].split(':')[0]}," in portal["tmpfs"][0]


def test_it_waits_until_everybody_was_told(portal: dict[str, Any]) -> None:
    assert (portal["stop_signal"], portal["stop_grace_period"]) == ("SIGTERM", "30s")
    assert 'CMD ["./portal", "up"]' in IMAGE


def test_the_image_takes_what_the_portal_needs_and_nothing_of_this_machine() -> None:
    taken = [
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    ]
    needed = re.findall(r"^\. \./(\w+)/", (ROOT / "portal").read_text("utf-8"), re.MULTILINE)

    assert all(any(ROOT.glob(name)) for name in taken)
    assert {*needed, "access", "app", "streaming", "templates", "static", "wsgi.py"} <= set(taken)
    assert not any(
        fnmatch(name, one) for one in taken for name in ("compose.yaml", "littlewindow.env", ".git")
    )
    assert re.findall(r"^FROM (\S+)", IMAGE, re.MULTILINE) == ["debian:12-slim"] * 2


def test_its_health_is_asked_of_the_program_itself() -> None:
    (asked,) = re.findall(r"HEALTHCHECK .*\\\n    CMD \[(.*)\]", IMAGE)

    program, option, code = (word.rstrip(",") for word in shlex.split(asked))
    compile(code, "HEALTHCHECK", "exec")
    assert (program, option) == (".venv/bin/python", "-c")
