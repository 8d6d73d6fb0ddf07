"""Consents, as the two of the staff enter them who have the papers before them."""

from access.acts import Actor
from access.acts_paper import enter_paper, look_at_paper
from access.consenting import of_guardian
from access.world import World


def agrees_on_paper(world: World, guardianship: int, *, office: Actor, director: Actor) -> None:
    """Have a guardian agree, on paper, to their child's being shown."""
    whose = of_guardian(world, guardianship)
    paper = enter_paper(world, actor=office, reason="on paper", whose=whose, level="clear")
    assert paper is not None
    look_at_paper(world, actor=director, reason="as it is signed", consent_id=paper)
