"""The health page: is all well, and what to do where it is not.

For those who would call somebody: office, director, administrator. It shows the
installation, and of the cameras those of the school worked in. What only whoever sits at
the machine may read, ``./portal doctor`` prints.
"""

from dataclasses import dataclass
from functools import partial

from flask import current_app, render_template
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from access.database import reading
from app.guard import audience
from app.health.checks import NAMES, for_staff, of_schools
from app.health.finding import Finding, State
from app.health.rounds import Rounds
from app.health.timed import Check
from app.office import bp
from app.services import services
from app.working import school_here

READERS = ("office", "director", "administrator")
EXTENSION = "littlewindow-health"

#: Worst first.
WORDS: dict[State, LazyString] = {
    State.WRONG: lazy_gettext("Wrong"),
    State.LOOK: lazy_gettext("Worth a look"),
    State.UNKNOWN: lazy_gettext("Not known"),
    State.WELL: lazy_gettext("Well"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding in the reader's language."""

    state: str
    word: str
    name: str
    sentence: str
    remedy: str


@bp.record_once
def _keep_rounds(setup: BlueprintSetupState) -> None:
    setup.app.extensions[EXTENSION] = Rounds()


@bp.get("/office/health")
@audience(*READERS)
def health() -> str:
    """Show what was found within the last half minute."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        school = school_here(connection, READERS)
    rounds: Rounds = current_app.extensions[EXTENSION]
    told = [
        rounds.last("installation", _checks_of_installation),
        rounds.last(school.id, partial(of_schools, world.database, [school.id], now)),
    ]
    findings = sorted((finding for one in told for finding in one.findings), key=_order)
    return render_template(
        "office/health.html",
        wrong=sum(finding.state is State.WRONG for finding in findings),
        troubles=[_line(finding) for finding in findings if finding.state is not State.WELL],
        rest=[_line(finding) for finding in findings if finding.state is State.WELL],
        age=max(one.age_seconds for one in told),
    )


def _checks_of_installation() -> dict[str, Check]:
    world = services().world
    return for_staff(
        services().settings, world.database, world.clock.now(), believable=world.clock.believable()
    )


def _order(finding: Finding) -> tuple[int, int]:
    """Worst first, then as they are always told."""
    return list(WORDS).index(finding.state), list(NAMES).index(finding.check)


def _line(finding: Finding) -> Line:
    return Line(
        state=finding.state.value,
        word=str(WORDS[finding.state]),
        name=str(NAMES[finding.check]),
        sentence=str(finding.sentence),
        remedy=str(finding.remedy or ""),
    )
