"""Every check, for whoever has the machine in hand: also where the settings are broken or nothing runs.

Nothing is changed by looking: no directory is made or mended, no database begun.
"""

import re
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from flask_babel import lazy_gettext
from sqlalchemy import Engine, select

from access.camera_address import reachable
from access.clock_trust import kernel_is_synchronised
from access.database import connect, reading
from access.errors import RecordsUnavailable
from access.journal import Journal
from access.people import School
from access.stops import StopMarks
from access.vault import Vault
from app.config import Settings
from app.errors import SettingsError
from app.health import cameras, clock, machine, records
from app.health.checks import of_installation
from app.health.finding import Finding, look, unknown, well, wrong
from app.health.gates import gate_findings
from app.health.timed import Check
from app.parts import clock_trust
from app.runner import WebChild, require_private_listening
from streaming.describe import knock


def usable_settings(environment: Mapping[str, str]) -> tuple[Settings | None, Finding]:
    """Return the settings, without those that are wrong, and what is wrong with them.

    None where too much is missing to look at anything but the machine.
    """
    try:
        settings = Settings.from_environment(environment)
        require_private_listening(settings)
        return settings, well(lazy_gettext("Every setting can be read."))
    except SettingsError as fault:
        complaint = str(fault)
    told = wrong(
        lazy_gettext("Some settings are missing, unknown or wrong: the portal does not start."),
        lazy_gettext("Mend them (docs/reference/settings.md); what follows leaves them out."),
        detail=complaint,
    )
    named = set(re.findall(r"PORTAL_[A-Z0-9_]+", complaint.upper()))
    kept = {name: value for name, value in environment.items() if name.upper() not in named}
    try:
        return Settings.from_environment(kept), told
    except SettingsError:
        return None, told


def every_check(settings: Settings | None) -> dict[str, Check]:
    """Return the checks that *settings* allow; None allows those of any machine."""
    if settings is None:
        return {
            "clock": lambda: clock.clock_findings(_now(), None, is_synchronised=kernel_is_synchronised()),
            "memory": lambda: [machine.core_dump_finding()],
            "versions": lambda: [machine.versions_finding()],
        }
    file = records.file_of(settings.database)
    engine = connect(settings.database) if file is None or file.is_file() else None
    return {
        "portal": lambda: [_running(settings)],
        **of_installation(settings, engine, _now, thoroughly=True),
        "cameras": lambda: _cameras(settings, engine),
        "gates": lambda: _gates(engine),
    }


def _now() -> datetime:
    return datetime.now(UTC)


def _running(settings: Settings) -> Finding:
    if WebChild(settings).ready():
        return well(lazy_gettext("The portal runs and answers."))
    return look(
        lazy_gettext("The portal does not run, or does not answer this machine."),
        lazy_gettext(
            "Start it: ./portal up, or `systemctl start littlewindow`; what it says there is the next clue."
        ),
    )


def _cameras(settings: Settings, engine: Engine | None) -> Iterable[Finding]:
    """Tell what the running portal knows; where none runs, knock at those that may be connected."""
    if engine is None:
        return []
    try:
        with reading(engine) as connection:
            school_ids = list(connection.execute(select(School.id)).scalars())
    except RecordsUnavailable:
        return [
            unknown(
                lazy_gettext("No camera was asked: the database does not answer."),
                lazy_gettext("Look at the line about the database."),
            )
        ]
    if WebChild(settings).ready():
        return cameras.standing_findings(engine, school_ids, _now())
    if clock_trust(settings, engine).doubt() is not None:
        return [_not_under_this_clock()]
    found = _may_be_connected(settings, engine)
    if isinstance(found, Finding):
        return [found]
    ranges = reachable(allow_loopback=settings.allow_loopback_cameras)
    return cameras.route_findings(
        engine, school_ids, _now(), addresses=found, knock=lambda address: knock(address, ranges)
    )


def _gates(engine: Engine | None) -> Iterable[Finding]:
    """Tell what has to be confirmed of every school's cameras."""
    if engine is None:
        return []
    try:
        with reading(engine) as connection:
            school_ids = list(connection.execute(select(School.id)).scalars())
        return list(gate_findings(engine, school_ids, _now()))
    except RecordsUnavailable:
        return []  # the line about the database says so


def _may_be_connected(settings: Settings, engine: Engine) -> dict[str, str] | Finding:
    try:
        vault = Vault.from_file(settings.key_path)
    except (OSError, ValueError):
        return unknown(
            lazy_gettext("The cameras' addresses cannot be opened."),
            lazy_gettext("Look at the line about the key files."),
        )
    with tempfile.TemporaryDirectory(prefix="littlewindow-doctor-") as own:
        # Where the real ones are not there yet, nothing is made in their place.
        marks, journal = (
            path if path.exists() else Path(own) / path.name
            for path in (settings.marks_path, settings.journal_path)
        )
        stops = StopMarks(marks, Journal(journal))
        try:
            return cameras.may_be_connected(engine, vault, stops, _now())
        finally:
            stops.close()


def _not_under_this_clock() -> Finding:
    return unknown(
        lazy_gettext("No camera was asked: nothing is connected under a clock that is not believed."),
        lazy_gettext("Look at the line about the clock."),
    )
