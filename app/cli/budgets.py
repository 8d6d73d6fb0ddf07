"""``./portal budgets``: how much families may watch."""

import click

from access.acts_budgets import MOST_DEVICES, MOST_MINUTES, set_budgets
from access.budgets import Budgets
from access.school_budgets import as_columns, budgets_of
from app.cli.desk import Act, Desk, acted, asked, of_school

OFF = "off"


class Bound(click.ParamType[int | str | None]):
    """A number from 1 to the most, or ``off``."""

    name = "number|off"

    def __init__(self, most: int) -> None:
        self._most = most

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str | None:
        """Return the number, or ``off`` as it is."""
        return value if value == OFF else click.IntRange(1, self._most)(value, param, ctx)


@click.group("budgets")
def command() -> None:
    """How much families may watch.

    example: ./portal budgets show
    """


@command.command("set")
@click.option("--day-minutes", type=Bound(MOST_MINUTES), help="Of one family in one day.")
@click.option("--viewing-minutes", type=Bound(MOST_MINUTES), help="Until the page asks who still watches.")
@click.option("--family-devices", type=Bound(MOST_DEVICES), help="Of one family at once.")
@acted
@of_school
def set_(
    desk: Desk,
    act: Act,
    *,
    day_minutes: int | str | None,
    viewing_minutes: int | str | None,
    family_devices: int | str | None,
) -> None:
    """Choose them; what is not named stays as it is. Less counts at once.

    example: ./portal budgets set --day-minutes 90 --family-devices off --as director --reason "council"
    """
    with desk.reading() as connection:
        stands = budgets_of(connection, desk.school_id)
    chosen = Budgets(
        _bound(day_minutes, stands.day_minutes),
        _bound(viewing_minutes, stands.viewing_minutes),
        _bound(family_devices, stands.devices),
    )
    recorded = set_budgets(
        desk.world,
        actor=act.actor,
        reason=act.reason,
        school_id=desk.school_id,
        budgets=chosen,
        shown=stands,
    )
    desk.tell_ending(as_columns(chosen), _line(chosen), recorded=recorded)


@command.command("show")
@asked
@of_school
def show(desk: Desk) -> None:
    """Show them.

    example: ./portal budgets show --json
    """
    with desk.reading() as connection:
        stands = budgets_of(connection, desk.school_id)
    desk.tell(as_columns(stands), _line(stands))


def _bound(chosen: int | str | None, stands: int | None) -> int | None:
    if chosen is None:
        return stands
    return None if chosen == OFF else int(chosen)


def _line(budgets: Budgets) -> str:
    return "  ".join(
        f"{name}={OFF if bound is None else bound}" for name, bound in as_columns(budgets).items()
    )
