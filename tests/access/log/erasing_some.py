"""What a test erases, and by whose decision."""

from access.log.erasing import Rule
from access.log.keeping import is_kept
from tests.access.writing_school import WritingSchool

PORTAL = {"person": None, "via": "portal"}


def rule(written: WritingSchool) -> Rule:
    two = (written.office.person_id or 0, written.director.person_id or 0)
    return Rule("request", two, {"request": 1})


def erasable(written: WritingSchool) -> list[int]:
    """Return the numbers of entries that are not kept whatever happens."""
    return sorted(one.number for one in written.entries() if not is_kept(one.kind))
