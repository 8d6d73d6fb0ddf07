"""New families: a child with its class and a guardian in one go, and further guardians of a child."""

from typing import Any, ClassVar

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from access.acts_new_family import add_family, add_guardian
from access.acts_people import add_guardianship
from access.checked import checked_name
from access.database import reading
from access.errors import Refused
from access.front_desk import ChildHere, SomebodyHere, find_child, find_class, find_somebody, somebody_named
from access.roster import StaffSchool, classes_of
from app.forms import Form, name_field, needed
from app.guard import audience
from app.office import bp, here
from app.office.changes import BACKWARDS
from app.office.days import first_day_field, last_day_field, span_of
from app.office.words import REFUSALS
from app.services import services

#: Stand in the log; their words are in :mod:`app.office.words`.
NEW_FAMILY, NEW_GUARDIAN = "new_family", "new_guardian"
KEY = "<string(length=22):key>"

#: The longest name that is looked for.
LONGEST_SOUGHT = 100


def _readable(field: Field) -> None:
    """Check that a name is one that can be kept."""
    try:
        checked_name(field.data or "")
    except Refused as refusal:
        words = gettext("There are characters in this that cannot be seen. Please type it anew.")
        raise ValidationError(words) from refusal


def _guardian_field() -> Any:
    hint = lazy_gettext("As it stands in the document they will bring.")
    return name_field(lazy_gettext("Guardian's name"), hint=hint, autocomplete="off")


class FamilyForm(Form):
    """A child, its class and a guardian."""

    child = name_field(lazy_gettext("Child's name"), autocomplete="off")
    class_group = SelectField(lazy_gettext("Class"))
    guardian = _guardian_field()

    def validate_child(self, field: Field) -> None:
        """Check the child's name."""
        _readable(field)

    def validate_guardian(self, field: Field) -> None:
        """Check the guardian's."""
        _readable(field)


class GuardianForm(Form):
    """A guardian whom the school did not know."""

    refusals: ClassVar = {"span:backwards": ("ends_on", BACKWARDS)}

    guardian = _guardian_field()
    starts_on, ends_on = first_day_field(), last_day_field()

    def validate_guardian(self, field: Field) -> None:
        """Check the guardian's name."""
        _readable(field)


class KnownForm(Form):
    """A guardian whom the school knows, such as a sibling's."""

    refusals: ClassVar = {
        "span:backwards": ("ends_on", BACKWARDS),
        **{reason: ("person", REFUSALS[reason]) for reason in ("guardianship:oneself", "person:closed")},
    }

    #: Who of the school that is, the view asks the records.
    person = RadioField(lazy_gettext("Who is it?"), [needed()], choices=[], validate_choice=False)
    starts_on, ends_on = first_day_field(id="known-from"), last_day_field(id="known-until")


@bp.route("/office/families/new", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def new_family() -> Response | str | tuple[str, int]:
    """Add a family."""
    world = services().world
    form = FamilyForm()
    with reading(world.database) as connection:
        schools = here.my_schools(connection)
        form.class_group.choices = [
            SelectChoice(group.key, group.name if len(schools) == 1 else f"{school.name} · {group.name}")
            for school in schools
            for group in classes_of(connection, school.id)
        ]
        holds = form.holds()
        class_group = find_class(connection, form.class_group.data or "", [school.id for school in schools])
    if not holds:
        page = render_template("office/family_new.html", form=form)
        return (page, 400) if request.method == "POST" else page
    add_family(
        world,
        actor=here.actor(),
        reason=NEW_FAMILY,
        class_group_id=here.found(class_group),
        child_name=form.child.data,
        guardian_name=form.guardian.data,
    )
    return _now_print(form.guardian.data)


@bp.route(f"/office/children/{KEY}/guardians", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def new_guardian(key: str) -> Response | str | tuple[str, int]:
    """Add a guardian whom the school did not know to a child of the roster."""
    child, school, form = *_child(key), GuardianForm()
    world = services().world
    if form.holds():
        starts_at, ends_at = span_of(form, school, world.clock.now())
        try:
            add_guardian(
                world,
                actor=here.actor(),
                reason=NEW_GUARDIAN,
                child_id=child.id,
                guardian_name=form.guardian.data,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            return _now_print(form.guardian.data)
    return _guardian_page(child, key, form, KnownForm())


@bp.post(f"/office/children/{KEY}/guardians/known")
@audience(*here.FAMILY_ROLES)
def known_guardian(key: str) -> Response | str | tuple[str, int]:
    """Tie somebody whom the school knows already to a child, such as a sibling's mother."""
    child, school, form = *_child(key), KnownForm()
    world = services().world
    if not form.holds():
        return _guardian_page(child, key, GuardianForm(), form)
    now = world.clock.now()
    with reading(world.database) as connection:
        somebody = here.found(find_somebody(connection, form.person.data, [school.id], now))
    starts_at, ends_at = span_of(form, school, now)
    try:
        add_guardianship(
            world,
            actor=here.actor(),
            reason=NEW_GUARDIAN,
            person_id=somebody.id,
            child_id=child.id,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    except Refused as refusal:
        form.refuse(refusal.reason)
        return _guardian_page(child, key, GuardianForm(), form)
    flash(gettext("Done. A colleague must check the identity before anything opens."), "done")
    return redirect("/office/letters", 303)


def _guardian_page(child: ChildHere, key: str, form: GuardianForm, known: KnownForm) -> str | tuple[str, int]:
    sought = request.values.get("name", "").strip()[:LONGEST_SOUGHT]
    people: list[SomebodyHere] = []
    if sought:
        world = services().world
        with reading(world.database) as connection:
            people = somebody_named(connection, child.school_id, sought, world.clock.now())
    known.person.choices = [SelectChoice(one.key, _who(one)) for one in people]
    page = render_template(
        "office/guardian_new.html", child=child, key=key, form=form, known=known, sought=sought
    )
    return (page, 400) if request.method == "POST" else page


def _who(one: SomebodyHere) -> str:
    on_staff = str(gettext("staff")) if one.on_staff else ""
    return " · ".join(part for part in (one.name, one.children, on_staff) if part)


def _child(key: str) -> tuple[ChildHere, StaffSchool]:
    """Return a child, and the school worked in, whose it is."""
    with reading(services().world.database) as connection:
        (school,) = here.my_schools(connection)
        return here.found(find_child(connection, key, [school.id])), school


def _now_print(name: str) -> Response:
    flash(gettext("Done. Now print the letter for %(name)s.", name=name), "done")
    return redirect("/office/letters", 303)
