"""Which checks there are; staff read those of the installation, and of their own schools only."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy import Engine

from access.clock_trust import kernel_is_synchronised
from app.config import Settings
from app.health import cameras, clock, directories, gates, machine, origin, records, secret_files
from app.health.backup import backup_findings
from app.health.certificate import file_finding
from app.health.finding import Finding
from app.health.timed import Check
from app.parts import clock_trust

Now = Callable[[], datetime]

#: What each check is called, in the order in which they are told.
NAMES: dict[str, LazyString] = {
    "settings": lazy_gettext("Settings"),
    "portal": lazy_gettext("Portal"),
    "address": lazy_gettext("Address"),
    "certificate": lazy_gettext("Certificate"),
    "clock": lazy_gettext("Clock"),
    "data": lazy_gettext("Data directory"),
    "ram": lazy_gettext("RAM directory"),
    "keys": lazy_gettext("Key files"),
    "memory": lazy_gettext("Swap and core dumps"),
    "database": lazy_gettext("Database"),
    "journal": lazy_gettext("Endings that wait"),
    "cameras": lazy_gettext("Cameras"),
    "gates": lazy_gettext("Confirmed this term"),
    "backup": lazy_gettext("Backup"),
    "versions": lazy_gettext("Versions"),
}


def of_installation(
    settings: Settings, engine: Engine | None, now: Now, *, thoroughly: bool
) -> dict[str, Check]:
    """Return the checks that concern no school in particular.

    Args:
        engine: None where there is no database yet.
        now: what the clock says.
        thoroughly: take the time to read the whole database.
    """
    file = records.file_of(settings.database)
    trust = clock_trust(settings, engine) if engine else None
    return {
        "address": lambda: [origin.address_finding(origin.Origin(settings.origin))],
        "certificate": lambda: _certificates(settings, now()),
        "clock": lambda: clock.clock_findings(now(), trust, is_synchronised=kernel_is_synchronised()),
        "data": lambda: directories.data_findings(settings.data_directory),
        "ram": lambda: directories.ram_findings(settings.ram_directory),
        "keys": lambda: [
            *secret_files.key_findings(settings.key_path),
            *secret_files.form_secret_findings(settings.secret_key_path),
            *_certificate_key(settings),
        ],
        "memory": lambda: [machine.swap_finding(settings.ram_directory), machine.core_dump_finding()],
        "database": lambda: records.database_findings(engine, file, thoroughly=thoroughly),
        "journal": lambda: records.journal_findings(settings.journal_path),
        "backup": lambda: backup_findings(settings.data_directory, now()),
        "versions": lambda: [machine.versions_finding()],
    }


def for_staff(settings: Settings, engine: Engine, now: datetime, *, believable: bool) -> dict[str, Check]:
    """Return the same, asked inside of the running portal.

    Args:
        believable: what the portal's own clock says of itself.
    """
    told = of_installation(settings, engine, lambda: now, thoroughly=False)
    by_the_machine = told["clock"]
    told["clock"] = lambda: [*clock.running_clock_finding(believable=believable)] or by_the_machine()
    return told


def of_schools(engine: Engine, school_ids: Collection[int], now: datetime) -> dict[str, Check]:
    """Return the checks of these schools only."""
    return {
        "cameras": lambda: cameras.standing_findings(engine, school_ids, now),
        "gates": lambda: gates.gate_findings(engine, school_ids, now),
    }


def _certificates(settings: Settings, now: datetime) -> Iterator[Finding]:
    if settings.origin:
        yield origin.served_certificate_finding(origin.Origin(settings.origin), now)
    if file := getattr(settings, "certificate_file", None):
        yield file_finding(file, now)


def _certificate_key(settings: Settings) -> Iterator[Finding]:
    if file := getattr(settings, "certificate_key_file", None):
        yield from secret_files.certificate_key_findings(file)
