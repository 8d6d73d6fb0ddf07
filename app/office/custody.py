"""Custody rules upon a guardianship: enter one at once, and end one by two people.

Who entered a rule, and what the other parent may, is told to staff only.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask import flash, redirect, render_template, request
from flask_babel import get_locale, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput

from access.acts_custody import add_custody_rule, ask_to_end_custody_rule, end_custody_rule
from access.custody import WEEKDAYS, CustodyKind, weekdays_of
from access.custody_desk import CustodyTask, RuleHere, Task, find_guardianship, find_rule, rules_upon
from access.database import reading
from access.errors import Refused
from access.roster import StaffSchool
from app.account.step_up import require_fresh
from app.day_fields import DayField
from app.forms import Form, needed, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.families import KEY
from app.office.words import ended_words, refused_words
from app.services import services
from app.words import calendar_day

KIND_WORDS = {
    CustodyKind.NO_CONTACT: lazy_gettext("No contact: never"),
    CustodyKind.ODD_WEEKS: lazy_gettext("Only in odd calendar weeks"),
    CustodyKind.EVEN_WEEKS: lazy_gettext("Only in even calendar weeks"),
    CustodyKind.WEEKDAYS: lazy_gettext("Only on some weekdays"),
}
TASK_WORDS = {
    CustodyTask.CONTRADICTION: lazy_gettext(
        "Custody rules contradict each other, so nothing is shown. See which one holds."
    ),
    CustodyTask.COURT_DATE_OVER: lazy_gettext(
        "The court date is over and the rule still holds. Enter what was decided."
    ),
    CustodyTask.END_ASKED: lazy_gettext(
        "A colleague wants a custody rule to end. A second one has to confirm."
    ),
}
TOO_MUCH = lazy_gettext("Choose a last day or a court date, not both.")


class TickField(SelectMultipleField):  # type: ignore[misc]  # the library has no types
    """Several boxes to tick; drawn like the choices of a radio field."""

    option_widget = CheckboxInput()


class CustodyForm(Form):
    """A rule as it stands in an order or an agreement."""

    refusals = {  # noqa: RUF012  # never changed
        "custody:weekdays": ("weekdays", lazy_gettext("Tick one to six days, for a rule of weekdays only.")),
        "custody:two_ends": ("court_on", TOO_MUCH),
        "span:backwards": ("ends_on", lazy_gettext("That is before the first day.")),
    }

    kind = RadioField(
        lazy_gettext("When may this person still watch?"),
        [needed()],
        choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()],
    )
    weekdays = TickField(lazy_gettext("Which weekdays?"), coerce=int)
    starts_on = DayField(
        lazy_gettext("From"), [Optional()], description=lazy_gettext("At once where nothing is said.")
    )
    ends_on = DayField(
        lazy_gettext("Last day"), [Optional()], description=lazy_gettext("Empty: until two of you end it.")
    )
    court_on = DayField(
        lazy_gettext("Or: the day of the court"),
        [Optional()],
        description=lazy_gettext("The rule holds beyond that day, and you are reminded of it."),
    )
    reason = reason_field()

    def __init__(self, **begin_with: Any) -> None:
        super().__init__(**begin_with)
        names = get_day_names("wide", locale=get_locale())
        self.weekdays.choices = [SelectChoice(day, names[day]) for day in WEEKDAYS]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words."""

    rule: RuleHere
    words: str
    dates: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Something to do, in words."""

    task: Task
    words: str


@bp.route(f"/office/guardianships/{KEY}/custody", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def custody(key: str) -> Response | str | tuple[str, int]:
    """Show the rules upon a guardianship, and enter one."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        tie = here.found(find_guardianship(connection, key, school.id))
        rules = rules_upon(connection, school.id, tie.id, now)
    form = CustodyForm()
    if form.holds():
        try:
            recorded = add_custody_rule(
                world,
                actor=here.actor(),
                reason=form.reason.data,
                guardianship_id=tie.id,
                kind=form.kind.data,
                weekdays=form.weekdays.data or (),
                starts_at=_start(form.starts_on.data, school, now),
                ends_at=_midnight(form.ends_on.data, school, days=1),
                court_on=form.court_on.data,
            )
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(ended_words(recorded=recorded), "done" if recorded else "problem")
            return redirect(f"/office/guardianships/{key}/custody", 303)
    lines = [rule_line(rule, ZoneInfo(school.zone)) for rule in rules]
    page = render_template("office/custody.html", form=form, tie=tie, lines=lines, me=here.actor().person_id)
    return (page, 400) if request.method == "POST" else page


@bp.post(f"/office/custody/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def end_rule(key: str) -> Response:
    """Ask for the end of a rule, or confirm what a colleague asked for."""
    world = services().world
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        rule_id, asked_by, tie = here.found(find_rule(connection, key, school.id))
    require_fresh()
    act = ask_to_end_custody_rule if asked_by is None else end_custody_rule
    try:
        act(world, actor=here.actor(), reason=here.reason(), custody_rule_id=rule_id)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        waits = gettext("Written down. The rule holds until a colleague confirms its end.")
        flash(waits if asked_by is None else gettext("Done. The rule has ended."), "done")
    return redirect(f"/office/guardianships/{tie}/custody", 303)


def task_lines(tasks: list[Task]) -> list[TaskLine]:
    """Return what there is to do, in words."""
    return [TaskLine(task, str(TASK_WORDS[task.why])) for task in tasks]


def rule_line(rule: RuleHere, zone: ZoneInfo) -> RuleLine:
    """Return a rule in words."""
    words = str(KIND_WORDS[CustodyKind(rule.kind)])
    if rule.kind == CustodyKind.WEEKDAYS:
        names = get_day_names("wide", locale=get_locale())
        days = ", ".join(names[day] for day in weekdays_of(rule.weekdays))
        words = gettext("Only on %(days)s", days=days)
    return RuleLine(rule, words, _dates(rule, zone))


def _dates(rule: RuleHere, zone: ZoneInfo) -> str:
    first = calendar_day(rule.starts_at, zone=zone)
    if rule.court_on is not None:
        court = calendar_day(datetime.combine(rule.court_on, time(), zone), zone=zone)
        return str(gettext("since %(first)s; court on %(day)s", first=first, day=court))
    if rule.ends_at is None:
        return str(gettext("since %(day)s, without an end", day=first))
    last = calendar_day(rule.ends_at - timedelta(microseconds=1), zone=zone)
    return str(gettext("%(first)s to %(last)s", first=first, last=last))


def _start(day: date | None, school: StaffSchool, now: datetime) -> datetime:
    begins = _midnight(day, school)
    return now if begins is None or begins < now else begins


def _midnight(day: date | None, school: StaffSchool, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), ZoneInfo(school.zone))
