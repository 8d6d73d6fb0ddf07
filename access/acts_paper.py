"""Acts by which the office enters what somebody signed on paper: two of the staff, unless it is a refusal."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from access.acts import Actor, school_of, widen
from access.acts_consent import refuse
from access.checked import find_one
from access.consent_records import LEVELS, NO, Consent
from access.consenting import PAPER, Whose, adults_of, check_stands, find_text, write_answer
from access.endings_of_consent import end_answers
from access.enrolment import Guardianship
from access.errors import Refused
from access.two_people import may_enter_paper, may_look_at_paper
from access.world import World

#: Kind of the entry that somebody tried alone what two have to do.
ALONE = "consent:alone"


def enter_paper(world: World, *, actor: Actor, reason: str, whose: Whose, level: str) -> int | None:
    """Enter what somebody signed; an agreement counts once somebody else has looked at it.

    Returns:
        The record that waits for the second look; None of a refusal, which counts at once.

    Raises:
        Refused: ``consent:level``; ``consent:own_paper``: a guardian enters their own, or nobody is named;
            ``consent:same_person``: an adult of the child enters another's yes; that they tried is an entry;
            ``guardianship:over``.
    """
    if not may_enter_paper(actor.person_id, whose=whose.person_id, tied=()):
        raise Refused("consent:own_paper")
    if level == NO:
        refuse(world, actor=actor, whose=whose, reason=reason, how=PAPER)
        return None
    if level not in LEVELS:
        raise Refused("consent:level", f"one of {', '.join((*LEVELS, NO))}")
    subject: dict[str, Any] = {**whose.ids, "level": level, "how": PAPER}

    def apply(connection: Connection, now: datetime) -> int:
        tied = adults_of(connection, whose.school_id, whose.child_id)
        if not may_enter_paper(actor.person_id, whose=whose.person_id, tied=tied):
            raise Refused("consent:same_person")
        check_stands(connection, whose, now)
        text = find_text(connection, whose, None, now)
        waiting = write_answer(connection, whose, text, level, now, how=PAPER, entered_by=actor.person_id)
        subject.update(consent=waiting, version=text.version)
        return waiting

    return widen(
        world,
        school_id=whose.school_id,
        actor=actor,
        reason=reason,
        kind="consent:paper_entered",
        subject=subject,
        apply=apply,
        tells={"consent:same_person": ALONE},
    )


def look_at_paper(world: World, *, actor: Actor, reason: str, consent_id: int) -> None:
    """Confirm that a paper says what was entered; from now on it counts.

    Raises:
        Refused: ``consent:over``: it was replaced, refused or looked at meanwhile, or its text is no
            longer what the school asks; ``consent:same_person``: who entered or signed it, or an
            adult of the child; that they tried is an entry; ``guardianship:over``.
    """
    school_id = school_of(world, Consent, consent_id)
    subject: dict[str, Any] = {"consent": consent_id}

    def apply(connection: Connection, now: datetime) -> None:
        paper = find_one(connection, Consent, consent_id, school_id=school_id)
        whose = Whose(school_id, paper.person_id, paper.guardianship_id)
        subject["person"] = paper.person_id
        if paper.ended_at is not None or paper.counts_from is not None:
            raise Refused("consent:over")
        check_stands(connection, whose, now)
        if find_text(connection, whose, None, now).id != paper.consent_text_id:
            raise Refused("consent:over")
        tied = _adults(connection, paper)
        if not may_look_at_paper(
            actor.person_id, entered_by=paper.entered_by, whose=paper.person_id, tied=tied
        ):
            raise Refused("consent:same_person")
        this = (Consent.id == consent_id, Consent.school_id == school_id)
        target = {"guardianship": paper.guardianship_id, "person": paper.person_id}
        end_answers(connection, school_id, target, now, text_id=paper.consent_text_id)
        looked = {"looked_at_by": actor.person_id, "counts_from": now, "ended_at": None}
        connection.execute(update(Consent).where(*this).values(**looked))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="consent:paper_confirmed",
        subject=subject,
        apply=apply,
        tells={"consent:same_person": ALONE},
    )


def _adults(connection: Connection, paper: Row[Any]) -> list[int]:
    """Return the adults of the child whom a paper is about; nobody, where it is about staff."""
    if paper.guardianship_id is None:
        return []
    tie = find_one(connection, Guardianship, paper.guardianship_id, school_id=paper.school_id)
    return adults_of(connection, paper.school_id, tie.child_id)
