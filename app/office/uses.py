"""Which class uses which room regularly: a list, a form for one more, and an end to each.

Ending a use draws the room's curtain at once and asks for no proof of who acts; a new one does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from access.acts_places import end_room_use, use_room
from access.database import reading
from access.errors import Refused
from access.front_desk import find_class
from access.hours import MINUTES_OF_A_DAY
from access.room_uses import RegularUse, find_use, uses_of
from access.roster import classes_of, find_room, rooms_of
from access.week import WeekWindow
from app.account.step_up import require_fresh
from app.day_fields import MomentField
from app.errors import FormRefused
from app.forms import Form, at_most, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.calendar_words import WEEKDAYS
from app.office.changes import BACKWARDS, from_field, school_instant
from app.office.hours_form import DAY_LETTERS, day_words, read_day
from app.office.words import ended_words, since_words
from app.services import services

PAGE = "/office/uses"
ALWAYS = "always"


class UseForm(Form):
    """A room for a class."""

    refusals: ClassVar = {"span:backwards": ("ends", BACKWARDS)}

    class_group = SelectField(lazy_gettext("Class"))
    room = SelectField(lazy_gettext("Room"))
    day = SelectField(
        lazy_gettext("When in the week"),
        choices=[
            SelectChoice(ALWAYS, lazy_gettext("all of the week")),
            *(SelectChoice(str(number), words) for number, words in enumerate(WEEKDAYS)),
        ],
    )
    time = StringField(
        lazy_gettext("From when to when on that day"),
        [at_most(DAY_LETTERS)],
        description=lazy_gettext("Such as 10:00-11:00. Left empty: all day."),
        render_kw={"maxlength": DAY_LETTERS, "autocomplete": "off"},
    )
    starts = from_field()
    ends = MomentField(
        lazy_gettext("Until"),
        [Optional()],
        description=lazy_gettext("School time. Left empty: until it is ended."),
    )
    reason = reason_field()

    def validate_time(self, field: StringField) -> None:
        """Let a day have one time, and all of the week none."""
        stretches = read_day(field.data or "")
        if len(stretches) > 1:
            raise ValidationError(gettext("One time, please: say the others one by one."))
        if stretches and self.day.data == ALWAYS:
            raise ValidationError(gettext("A time is for one day of the week: choose the day as well."))

    def weekly(self) -> WeekWindow | None:
        """Return the one time of the week, once it holds."""
        if self.day.data == ALWAYS:
            return None
        first, after = next(iter(read_day(self.time.data or "")), (0, MINUTES_OF_A_DAY))
        return int(self.day.data), first, after


@dataclass(frozen=True, slots=True)
class UseLine:
    """One use as the page shows it."""

    use: RegularUse
    when: str


@bp.route(PAGE, methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def uses() -> Response | str | tuple[str, int]:
    """Show which class uses which room; give a class one more."""
    form, world = UseForm(), services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        school = here.my_schools(connection)[0]
        zone = ZoneInfo(school.zone)
        form.class_group.choices = [
            SelectChoice(one.key, one.name) for one in classes_of(connection, school.id)
        ]
        form.room.choices = [SelectChoice(one.key, one.name) for one in rooms_of(connection, school.id)]
        lines = [UseLine(use, _when(use, now, zone)) for use in uses_of(connection, school.id, now)]
        holds = form.holds()
        class_group = find_class(connection, form.class_group.data or "", [school.id])
        room = find_room(connection, form.room.data or "", school.id)
    if holds:
        require_fresh()
        try:
            use_room(
                world,
                actor=here.actor(),
                reason=form.reason.data,
                room_id=here.found(room),
                class_group_id=here.found(class_group),
                starts_at=school_instant(form.starts.data, school) or now,
                ends_at=school_instant(form.ends.data, school),
                weekly=form.weekly(),
            )
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(gettext("Done."), "done")
            return redirect(PAGE, 303)
    page = render_template("office/uses.html", form=form, lines=lines)
    return (page, 400) if request.method == "POST" else page


@bp.post(f"{PAGE}/end")
@audience(*here.FAMILY_ROLES)
def end_use() -> Response:
    """End one at once."""
    number = request.form.get("use")
    if not number:
        raise FormRefused
    with reading(services().world.database) as connection:
        use = here.found(find_use(connection, number, here.my_schools(connection)[0].id))
    recorded = end_room_use(services().world, actor=here.actor(), reason=here.reason(), room_use_id=use)
    flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect(PAGE, 303)


def _when(use: RegularUse, now: datetime, zone: ZoneInfo) -> str:
    week = str(gettext("all of the week"))
    if use.weekly:
        day, *_ = use.weekly
        week = f"{WEEKDAYS[day]} {day_words([use.weekly], day)}"
    if use.starts_at > now:
        week += gettext(", from %(when)s", when=since_words(use.starts_at, now=now, zone=zone))
    if use.ends_at:
        week += gettext(", until %(when)s", when=since_words(use.ends_at, now=now, zone=zone))
    return week
