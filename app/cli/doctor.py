"""``./portal doctor``: is all well on this machine? One line per thing, with the remedy."""

import os
import sys
from typing import Any

import click

from app.cli.desk import Desk, asked
from app.health.at_machine import every_check, usable_settings
from app.health.checks import NAMES
from app.health.finding import Finding, State
from app.health.timed import Patience

#: Reading a large database through takes longest.
PATIENCE_SECONDS = 20.0
NOT_WELL = 1

WORDS = {
    State.WELL: "well",
    State.LOOK: "worth a look",
    State.WRONG: "wrong",
    State.UNKNOWN: "not known",
}


@click.command("doctor")
@asked
def command(desk: Desk) -> None:
    """Say in plain words whether all is well on this machine, and what to do where it is not.

    Changes nothing, prints no secret, and works with broken settings. The code is 1 when something is wrong.

    example: ./portal doctor
    """
    settings, readable = usable_settings(os.environ)
    findings = [readable.of("settings"), *Patience(PATIENCE_SECONDS).ask(every_check(settings))]
    findings.sort(key=lambda finding: list(NAMES).index(finding.check))
    well = all(finding.state is not State.WRONG for finding in findings)
    desk.tell(
        {"well": well, "findings": [_record(finding) for finding in findings]},
        "\n".join(_line(finding) for finding in findings),
    )
    sys.stdout.flush()
    if not well:
        sys.exit(NOT_WELL)


def _line(finding: Finding) -> str:
    parts = [f"{WORDS[finding.state]:<13} {NAMES[finding.check]}: {finding.sentence}"]
    if finding.remedy is not None:
        parts.append(f"-> {finding.remedy}")
    if finding.detail:
        parts.append(f"({finding.detail})")
    return " ".join(parts)


def _record(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "state": finding.state.value,
        "sentence": str(finding.sentence),
        "remedy": None if finding.remedy is None else str(finding.remedy),
        "detail": finding.detail,
    }
