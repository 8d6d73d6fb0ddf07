"""``./portal unwatched``: which guardians could not watch once this month."""

import click

from access.looks import look
from access.unwatched import month_of, unwatched
from app.cli import times
from app.cli.desk import Act, Desk, acted, of_school


@click.command("unwatched")
@acted
@of_school
def command(desk: Desk, act: Act) -> None:
    """Show which guardians had no second of picture this month, and what stopped them most.

    example: ./portal unwatched --as director --reason "monthly look"
    """
    now = desk.world.clock.now()
    with desk.reading() as connection:
        zone = times.zone_of(connection, desk.school_id).key
    first = month_of(now, zone)
    look(
        desk.world,
        "unwatched:read",
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        first=first,
    )
    with desk.reading() as connection:
        found = unwatched(connection, desk.school_id, zone, now)
    desk.table(
        [
            {
                "key": one.person_key,
                "guardian": one.person,
                "children": list(one.children),
                "reason": str(one.reason),
                "refused": one.refused,
            }
            for one in found
        ]
    )
