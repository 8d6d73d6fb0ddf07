"""One of two schools at work side by side, everybody there, and what is asked after it."""

from dataclasses import dataclass, field
from typing import Any

from access.records import Base
from tests.browser import Browser
from tests.guardian import Guardian, Watching
from tests.school import Called, School

SUN = Called("SUNQX school", "SUNQX person", "SUNQX child", ("SUNQX one", "SUNQX two"))
MOON = Called("MOONQX school", "MOONQX person", "MOONQX child", ("MOONQX one", "MOONQX two"))

#: How the names of each, and the reasons given there, begin.
CANARIES = ("SUNQX", "MOONQX")
ROLES = ("teacher", "office", "director", "administrator")

#: What the command line tells of a school.
QUESTIONS = (
    *(("class", "list"), ("child", "list"), ("room", "list"), ("camera", "list"), ("camera", "status")),
    *(("guardianship", "list"), ("grant", "list"), ("person", "list"), ("log", "show", "--reason", "look")),
)

#: Tables whose rows are of a school and have a key.
#: But for sign-ins: where somebody works says nothing of whose device it is.
KEYED = [
    table
    for table in Base.metadata.tables.values()
    if {"school_id", "key"} <= set(table.c.keys()) and table.name != "sign_in"
]
OF_A_SCHOOL = {
    table.name for table in Base.metadata.tables.values() if {"school_id", "id"} <= set(table.c.keys())
} - {"sign_in"}


@dataclass
class Side:
    """One of the two schools, and everybody there."""

    school: School
    canary: str
    staff: dict[str, Browser] = field(default_factory=dict)
    families: list[Guardian] = field(default_factory=list)
    #: Devices of people of both schools, while they work here.
    guests: list[Browser] = field(default_factory=list)
    memberships: list[int] = field(default_factory=list)
    viewings: list[Watching] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    recorder: int = 0

    @property
    def by_office(self) -> dict[str, Any]:
        """Return who acts here and why."""
        return {"actor": self.school.office_actor, "reason": f"{self.canary} reason"}

    @property
    def classes(self) -> tuple[str, str]:
        """Return what the classes are called."""
        return self.school.called.classes
