"""Whoever has not agreed yet: in a class of next term, so that no room of today is dark for it."""

from datetime import timedelta
from typing import Any

from access import acts_people
from access.acts_consent_texts import propose_text
from access.acts_exemptions import propose_exemption
from access.acts_expected import add_duty
from access.acts_paper import enter_paper
from access.consenting import of_guardian, of_staff
from tests.e2e.kindergarten import TERM, Kindergarten


def has_some_who_have_not_agreed(kindergarten: Kindergarten) -> None:
    """Add a child of next term with a guardian whose paper waits and one who cannot be asked, and a duty.

    A paper of somebody of the staff waits too, and so does a text.
    """
    world, begins = kindergarten.world, kindergarten.world.clock.now() + timedelta(days=60)
    by: dict[str, Any] = {"actor": kindergarten.office, "reason": "下学期 next term"}
    child = acts_people.add_child(world, **by, school_id=kindergarten.id, name="钱小米 Millie")
    oak = kindergarten.classes["oak"]
    span: dict[str, Any] = {"starts_at": begins, "ends_at": begins + TERM}
    acts_people.enrol(world, **by, child_id=child, class_group_id=oak, **span)
    ties = []
    for name in ("钱先生", "Anna Qian"):
        person = acts_people.add_person(world, **by, name=name, school_id=kindergarten.id)
        ties.append(acts_people.add_guardianship(world, **by, person_id=person, child_id=child, **span))
    enter_paper(world, **by, whose=of_guardian(world, ties[0]), level="clear")
    propose_exemption(world, **by, guardianship_id=ties[1])
    add_duty(world, **by, person_id=kindergarten.staff["teacher"], class_group_id=oak, **span)
    signed = of_staff(world, kindergarten.id, kindergarten.staff["both"])
    enter_paper(world, **by, whose=signed, level="clear")
    words: dict[str, Any] = {
        "words_zh": "下学期的同意书。\n随时可以撤回。",
        "words_en": "The text of next term.",
    }
    propose_text(world, **by, school_id=kindergarten.id, audience="family", **words)
