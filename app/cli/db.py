"""``./portal db``: the shape of the database, up with a copy made first, and down again."""

from pathlib import Path

import click

from access import schema
from access.copies import make_copy
from access.errors import Refused
from app.cli.desk import Desk, alone, asked

COPIES = "copies"

without_copy = click.option("--no-copy", is_flag=True, help="Make no copy first; there is one.")


@click.group("db")
def command() -> None:
    """The database.

    example: ./portal db upgrade
    """


@command.command("upgrade")
@without_copy
@asked
def upgrade(desk: Desk, no_copy: bool) -> None:
    """Bring the database to the shape this version needs, after a copy; safe to repeat.

    Refuses while the portal runs. Where it fails, the database is as it was.

    example: ./portal db upgrade --json
    """
    copy = None
    with alone(desk):
        before = _known_revision(desk)
        if not schema.is_current(desk.world.database):
            copy = _copy(desk, before, no_copy=no_copy)
            schema.upgrade(desk.world.database)
    answer = {"current": schema.is_current(desk.world.database), "copy": str(copy) if copy else None}
    desk.tell(answer, "the database is current" + (f"; as it was before: {copy}" if copy else ""))


@command.command("downgrade")
@click.argument("revision")
@click.option("--lose", is_flag=True, help="Let go of what the older shape has no place for.")
@without_copy
@asked
def downgrade(desk: Desk, revision: str, *, lose: bool, no_copy: bool) -> None:
    """Bring the database down to an older shape, after a copy, for an older version of the portal.

    People, rights and the log stay. What the older shape has no place for is named, and lost
    only with --lose. Refuses while the portal runs.

    example: ./portal db downgrade 0002
    """
    with alone(desk):
        before = _known_revision(desk)
        if not schema.is_known(revision) or not schema.is_below(revision, before):
            raise Refused("schema:revision", f"{revision} is not below {before}, which it has now")
        copy = _copy(desk, before, no_copy=no_copy)
        schema.downgrade(desk.world.database, revision, may_lose=lose)
    answer = {"revision": revision, "copy": str(copy) if copy else None}
    desk.tell(answer, f"the database is of {revision}" + (f"; as it was before: {copy}" if copy else ""))


def _known_revision(desk: Desk) -> str | None:
    """Return the database's revision, unless a newer version of the portal made it."""
    revision = schema.revision_of(desk.world.database)
    if not schema.is_known(revision):
        raise Refused(
            "schema:newer",
            f"the database is of {revision}, which a newer version made: use that one, "
            "or have it do ./portal db downgrade first",
        )
    return revision


def _copy(desk: Desk, revision: str | None, *, no_copy: bool) -> Path | None:
    """Copy what there is, unless there is nothing yet or nobody wants a copy."""
    if revision is None or no_copy:
        return None
    world = desk.world
    directory = desk.settings.data_directory / COPIES
    return make_copy(world.database, directory, revision=revision, now=world.clock.now())
