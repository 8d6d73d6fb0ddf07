"""``./portal up``: the real thing, from settings."""

import sys

import click

from access import schema
from access.seen import Seen
from app.certificate import files_of, require_usable, validity
from app.cli.desk import Desk, asked
from app.errors import SettingsError
from app.first_start import (
    make_what_is_missing,
    require_its_key,
    require_log_key,
    require_whole_logs,
)
from app.parts import form_secret
from app.ram import ram_complaint
from app.receivers import Sending, read_receivers
from app.runner import Runner, require_private_listening


@click.command("up")
@asked
def command(desk: Desk) -> None:
    """Run web, cameras and jobs until stopped (Ctrl-C or SIGTERM), from PORTAL_* settings.

    The first start makes key, secret and database. Refuses plain http beyond this machine, a
    certificate that no phone would accept, and a RAM directory that could reach a disk.

    example: PORTAL_DATA_DIRECTORY=/srv/littlewindow ./portal up
    """
    settings = desk.settings
    require_private_listening(settings)
    for made in make_what_is_missing(settings):
        click.echo(f"first start: made {made}", err=True)
    files = files_of(settings)
    if files:
        validity(files)
    if not schema.is_current(desk.world.database):
        raise SettingsError("the database is not of this version: run ./portal db upgrade first")
    require_its_key(settings, desk.world)
    require_whole_logs(desk.world)
    log_key = require_log_key(settings, desk.world, made=lambda told: click.echo(f"made {told}", err=True))
    form_secret(settings)
    if files and desk.world.clock.believable():  # else it comes up closed, whatever the date may be
        require_usable(files, desk.world.clock.now())
    sending = Sending(desk.world, read_receivers(settings.receivers_path), Seen(settings.seen_path))
    runner = Runner(settings, desk.world, log_key)
    complaint = ram_complaint(settings.ram_directory)
    if complaint:
        raise SettingsError(complaint)
    runner.start()
    sending.start()
    address = settings.origin or settings.own_url
    ready = runner.wait_until_ready()
    stands = "is open" if ready else "does not answer yet; what it said stands above. It should be"
    desk.tell({"url": address, "ready": ready}, f"小窗 {stands} at {address}")
    sys.stdout.flush()
    runner.run()
