"""``./portal clock``: staff's word that the machine's clock is right."""

import click

from access.acts import widen
from app.cli.desk import Act, Desk, acted
from app.errors import SettingsError
from app.parts import clock_trust


@click.group("clock")
def command() -> None:
    """The machine's clock.

    example: ./portal clock confirm --as director --reason "compared with a phone"
    """


@command.command("confirm")
@acted
def confirm(desk: Desk, act: Act) -> None:
    """Confirm that this machine's date and time are right, until it is set or restarted.

    Compare them with a phone first: under a wrong clock the wrong people watch at the wrong hours.

    example: ./portal clock confirm --as director --reason "compared with a phone"
    """
    now = desk.world.clock.now()
    widen(
        desk.world,
        school_id=None,
        actor=act.actor,
        reason=act.reason,
        kind="clock:confirmed",
        subject={},
        apply=lambda _connection, _at: None,
    )
    try:
        clock_trust(desk.settings, desk.world.database).keep()
    except OSError as fault:
        raise SettingsError(f"{desk.settings.ram_directory}: {fault.strerror}") from fault
    said = now.strftime("%Y-%m-%d %H:%M:%S")
    desk.tell({"clock": f"{now:%Y-%m-%dT%H:%M:%SZ}"}, f"{said} UTC is believed from now on")
