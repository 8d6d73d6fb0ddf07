"""Copies that people asked for, in each of their states, as the person and the office see them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from access.acts_subject import ask_export, make_export, release_export
from access.database import reading, writing
from access.people import SignIn
from access.subject_dropped import erased_so_far
from access.subject_records import SubjectExport
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.states import UNFOLD, Visit


def asked_by(kindergarten: Kindergarten, who: str, *, made: bool = False, released: bool = False) -> str:
    """Return the key of somebody's request, having brought it so far; once for all who look at it."""
    person, school = kindergarten.people[who], kindergarten.id
    known = select(SubjectExport.key).where(
        SubjectExport.school_id == school, SubjectExport.person_id == person
    )
    with reading(kindergarten.world.database) as connection:
        key, erased = connection.execute(known).scalar(), erased_so_far(connection, school)
    if key is not None:
        return str(key)
    act: dict[str, Any] = {"reason": "本人申请 asked for", "school_id": school}
    office: Any = {"actor": kindergarten.office, **act}
    asked: Any = {"export_id": ask_export(kindergarten.world, **office, person_id=person)}
    if made or released:
        digest = make_export(kindergarten.world, **office, **asked, content=b"PK", erased=erased)
    if released:
        second: Any = {"actor": kindergarten.director, **act, **asked}
        release_export(kindergarten.world, **second, sha256=digest)
    with reading(kindergarten.world.database) as connection:
        return str(connection.execute(known).scalar_one())


def is_late(kindergarten: Kindergarten, who: str) -> None:
    """Have somebody have asked eleven days ago."""
    key, ago = asked_by(kindergarten, who), timedelta(days=11)
    now = kindergarten.world.clock.now()
    with writing(kindergarten.world.database) as connection:
        this = (SubjectExport.key == key, SubjectExport.school_id == kindergarten.id)
        moved = {"asked_at": now - ago, "due_at": now - timedelta(days=1)}
        connection.execute(update(SubjectExport).where(*this).values(**moved))


def ones_own_copy(who: str, **far: bool) -> Callable[[Visit], None]:
    """Return how somebody sees their request, brought so far."""

    def show(visit: Visit) -> None:
        asked_by(visit.kindergarten, who, **far)
        visit.goes_to("/my-copy")

    return show


def a_late_copy(visit: Visit) -> None:
    is_late(visit.kindergarten, "unverified")
    visit.goes_to("/my-copy")


def a_copy_to_download(visit: Visit) -> None:
    key = asked_by(visit.kindergarten, "twins", released=True)
    now, person = visit.kindergarten.world.clock.now(), visit.kindergarten.people["twins"]
    with writing(visit.kindergarten.world.database) as connection:  # they signed in long before this page
        connection.execute(update(SignIn).where(SignIn.person_id == person).values(proven_at=now))
    visit.goes_to(f"/my-copy/{key}")
    visit.page.evaluate(UNFOLD)


def copies_of_the_office(visit: Visit) -> None:
    """Have one that is late, one to be looked at, and one that is ready."""
    is_late(visit.kindergarten, "unverified")
    asked_by(visit.kindergarten, "curtain", made=True)
    asked_by(visit.kindergarten, "twins", released=True)
    visit.goes_to("/office/copies")
    visit.page.evaluate(UNFOLD)


def a_copy_to_look_at(visit: Visit) -> None:
    key = asked_by(visit.kindergarten, "curtain", made=True)
    visit.goes_to(f"/office/copies/{key}")
    visit.page.evaluate(UNFOLD)


def a_copy_to_hand_over(visit: Visit) -> None:
    key = asked_by(visit.kindergarten, "twins", released=True)
    visit.goes_to(f"/office/copies/{key}")
    visit.page.evaluate(UNFOLD)


def copies_on_the_front_page(visit: Visit) -> None:
    is_late(visit.kindergarten, "unverified")
    visit.goes_to("/office")
    visit.page.locator(".to-do").scroll_into_view_if_needed()
