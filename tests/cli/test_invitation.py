"""The office's letters on the command line: what is secret is printed once."""

import json
import re
from datetime import UTC, datetime

from access.acts_accepting import accept
from app.config import Settings
from app.parts import build_world
from tests.cli.desk import Desk
from tests.cli.test_install import REFUSED

CHOSEN = "willow lantern drum kettle 42"
NEXT_YEAR = datetime.now(UTC).year + 1


def newcomer(desk: Desk) -> None:
    """Add a family whose guardian has chosen nothing yet."""
    desk.does("person", "add", "Noor Haddad", by="office")
    desk.does("child", "add", "Ilyas Haddad", by="office")
    desk.does("guardianship", "add", "Noor Haddad", "Ilyas Haddad", by="office")


def told(desk: Desk, *words: str, by: str) -> dict[str, object]:
    """Do an act that must succeed, and return its answer."""
    found: dict[str, object] = json.loads(desk.does(*words, "--json", by=by).output)
    return found


def accepts(desk: Desk, address: str, secret: str) -> None:
    """Choose name and passphrase, as the page does."""
    world = build_world(Settings(data_directory=desk.home, ram_directory=desk.home / "ram"))
    accept(
        world, token=address.partition("#")[2], secret=secret, sign_in_name="13800138000", passphrase=CHOSEN
    )
    world.stops.close()
    world.database.dispose()


def test_a_letter_and_a_slip_make_a_sign_in_name(desk: Desk) -> None:
    newcomer(desk)

    letter = told(desk, "invitation", "letter", "Noor Haddad", by="office")
    slip = told(desk, "invitation", "slip", "Noor Haddad", by="office")
    accepts(desk, str(letter["address"]), str(slip["secret"]))

    assert letter["kind"] == "first"
    assert letter["waits_for_release"] is False
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/i#[0-9A-HJKMNP-TV-Z]{26}", str(letter["address"]))
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", str(slip["secret"]))
    assert "13800138000" in desk.types("person", "list").output
    listed = desk.types("invitation", "list").output
    assert str(letter["address"]).partition("#")[2] not in listed
    assert f"accepted_at={datetime.now(UTC).year}" in listed
    verified = told(
        desk,
        *("guardianship", "verify", "1", "--code", desk.shown_code(), "--document", "passport"),
        by="director",
    )
    assert verified["verified"] is True


def test_the_address_is_the_schools_own(desk: Desk) -> None:
    newcomer(desk)
    desk.sets("PORTAL_ORIGIN", "https://portal.example:8443")

    letter = desk.does("invitation", "letter", "Noor Haddad", by="office").output

    assert "https://portal.example:8443/i#" in letter


def test_a_withdrawn_letter_waits_no_more(desk: Desk) -> None:
    newcomer(desk)
    desk.does("invitation", "letter", "Noor Haddad", by="office")

    desk.does("invitation", "withdraw", "Noor Haddad", by="director")

    again = desk.types("invitation", "slip", "Noor Haddad", "--reason", "x", "--as", "office")
    assert again.exit_code == REFUSED
    assert "invitation:unknown" in again.output


def test_a_letter_to_the_staff_waits_until_a_second_one_releases_it(desk: Desk) -> None:
    desk.does("person", "add", "Mei", by="office")
    desk.does("staff", "appoint", "Mei", "teacher", by="director")

    letter = told(desk, "invitation", "letter", "Mei", by="office")
    own = desk.types("invitation", "release", "Mei", "--reason", "x", "--as", "office")
    released = told(desk, "invitation", "release", "Mei", by="director")

    assert letter["waits_for_release"] is True
    assert own.exit_code == REFUSED
    assert "invitation:same_person" in own.output
    assert released == {"id": letter["id"], "released": True}


def test_the_terms_last_day_is_the_last_of_every_check(desk: Desk) -> None:
    newcomer(desk)
    letter = told(desk, "invitation", "letter", "Noor Haddad", by="office")
    slip = told(desk, "invitation", "slip", "Noor Haddad", by="office")
    accepts(desk, str(letter["address"]), str(slip["secret"]))
    verify = ("guardianship", "verify", "1", "--code", desk.shown_code())
    term = f"{NEXT_YEAR}-01-22"
    desk.does("school", "term", term, by="director")

    late = desk.types(*(*verify, "--until", f"{NEXT_YEAR}-01-24", "--reason", "x", "--as", "director"))
    verified = told(desk, *verify, by="director")

    assert late.exit_code == REFUSED
    assert "guardianship:past_term" in late.output
    assert verified["until"] == f"{NEXT_YEAR}-01-23 00:00"
    assert "time:words" in desk.types("school", "term", "soon", "--reason", "x").output
