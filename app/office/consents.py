"""Who has not agreed, class by class; papers, and guardians who need not be asked. For staff only."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from access.acts_exemptions import confirm_exemption, end_exemption, propose_exemption
from access.acts_paper import enter_paper, look_at_paper
from access.consent_records import LEVELS, NO, Consent, ConsentExemption
from access.consenting import of_guardian
from access.consents_missing import Exempt, Missing, exempt_in, missing_in
from access.database import reading
from access.enrolment import Guardianship
from access.errors import Refused
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.words import refused_words
from app.services import services

PAGE = "/office/consents"


@dataclass(frozen=True, slots=True)
class Class:
    """A class, and who is missing in it."""

    name: str
    missing: list[Missing]


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def consents() -> str:
    """Show who has not agreed."""
    world = services().world
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        now = world.clock.now()
        missing = missing_in(connection, school.id, now)
        exempt: list[Exempt] = exempt_in(connection, school.id, now)
    names = sorted({one.class_group for one in missing})
    classes = [Class(name, [one for one in missing if one.class_group == name]) for name in names]
    me = here.actor().person_id
    return render_template("office/consents.html", classes=classes, exempt=exempt, me=me)


@bp.post(PAGE)
@audience(*here.FAMILY_ROLES)
def change_consents() -> Response:
    """Enter or look at a paper, or say that a guardian is not asked, or is again."""
    act = _ACTS.get(request.form.get("act", ""))
    key = request.form.get("of", "")
    if act is None or not key:
        raise FormRefused
    why = here.reason()
    with reading(services().world.database) as connection:
        (school,) = here.my_schools(connection)
        number = _find(connection, act.record, key, school.id)
    if act.opens:
        require_fresh()
    try:
        act.do(why, number)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)


def _paper(level: str) -> Callable[[str, int], object]:
    def do(why: str, tie: int) -> object:
        world = services().world
        whose = of_guardian(world, tie)
        return enter_paper(world, actor=here.actor(), reason=why, whose=whose, level=level)

    return do


def _look(why: str, consent: int) -> None:
    look_at_paper(services().world, actor=here.actor(), reason=why, consent_id=consent)


def _propose(why: str, tie: int) -> int:
    return propose_exemption(services().world, actor=here.actor(), reason=why, guardianship_id=tie)


def _confirm(why: str, exemption: int) -> None:
    confirm_exemption(services().world, actor=here.actor(), reason=why, exemption_id=exemption)


def _ask_again(why: str, exemption: int) -> bool:
    return end_exemption(services().world, actor=here.actor(), reason=why, exemption_id=exemption)


@dataclass(frozen=True, slots=True)
class _Act:
    record: type[Guardianship | Consent | ConsentExemption]
    do: Callable[[str, int], object]
    #: What opens asks who holds the device; what closes never waits.
    opens: bool = True


_ACTS = {
    "paper_yes": _Act(Guardianship, _paper(LEVELS[0])),
    "paper_no": _Act(Guardianship, _paper(NO), opens=False),
    "look": _Act(Consent, _look),
    "exempt": _Act(Guardianship, _propose),
    "confirm": _Act(ConsentExemption, _confirm),
    "ask": _Act(ConsentExemption, _ask_again, opens=False),
}


def _find(
    connection: Connection,
    record: type[Guardianship | Consent | ConsentExemption],
    key: str,
    school_id: int,
) -> int:
    this = (record.key == key, record.school_id == school_id)
    found: int | None = connection.execute(select(record.id).where(*this)).scalar_one_or_none()
    return abort(404) if found is None else found
