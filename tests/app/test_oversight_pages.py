"""One entry, a day, and what is out of the usual, as an administrator sees them."""

import html
import json
import re
from datetime import timedelta

import pytest

from access.database import writing
from access.log import entry as log_entry
from access.log.proof_files import parse_proof_file
from access.log.receipts import open_receipt
from tests.access.log.exporting import signed
from tests.app.oversight_page import ENGLISH, sentences_on
from tests.school import School


def newest(school: School, kind: str) -> int:
    return int(school.last_entry(kind)["n"])


def text(page: bytes) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page.decode()))


def test_an_entry_opens_to_all_it_says_and_to_the_rest_of_its_viewing(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak").close()
    number = newest(school, "viewing:opened")

    page = school.administrator().get(f"/oversight/entry?number={number}", **ENGLISH).body

    body = re.search(r'<pre class="body">(.*?)</pre>', page.decode(), re.DOTALL)
    assert body is not None
    assert json.loads(html.unescape(body.group(1))) == school.last_entry("viewing:opened")
    assert sentences_on(page) == [
        f"林小明 {guardian.person} stopped watching Oak room, for 小豆 {guardian.person}."
    ]
    assert f"number={number - 1}" in page.decode()
    assert f"number={number + 1}" in page.decode()
    assert school.last_entry("log:read")["subject"] == {"log": "school", "page": "entry", "number": number}


def test_an_entry_is_followed_to_the_last_checkpoint_and_its_proof_holds_without_the_portal(
    school: School,
) -> None:
    school.draws_curtain("Oak")
    number, administrator = newest(school, "curtain:drawn"), school.administrator()
    address = f"/oversight/entry?number={number}"
    assert "There is no checkpoint yet." in text(administrator.get(address, **ENGLISH).body)
    with writing(school.world.database) as connection:
        key, _ = signed(connection, school.id)
    school.opens_curtain("Oak")

    page = administrator.get(address, **ENGLISH).body
    receipt = administrator.get(f"{address}&proof=1")
    later = administrator.get(f"/oversight/entry?number={newest(school, 'curtain:opened')}", **ENGLISH).body

    assert "has this very entry" in text(page)
    body, _ = open_receipt(parse_proof_file(receipt.body), key)
    assert json.loads(body or b"") == school.last_entry("curtain:drawn")
    assert receipt.header("Content-Disposition") == f'attachment; filename="entry-{number}.tlog-proof"'
    assert "newer than the last checkpoint" in text(later)


@pytest.mark.parametrize("number", ["999999", "-1", str(2**70)])
def test_an_entry_that_is_not_there_is_not_found(school: School, number: str) -> None:
    assert school.administrator().get(f"/oversight/entry?number={number}") == school.not_found


def test_what_a_stranger_tried_opens_to_no_body(school: School) -> None:
    stranger = school.neighbour().guardian(of="Rowan")
    stranger.post(f"/rooms/{school.room_key('Oak')}/viewings", None)
    number = newest(school, "viewing:refused")

    page = school.administrator().get(f"/oversight/entry?number={number}", **ENGLISH).body.decode()

    assert "outside this school" in page
    assert '<pre class="body">' not in page
    assert f"林小明 {stranger.person}" not in page
    assert "child:none_here" not in page
    assert "Came from" not in page


def test_a_day_has_who_watched_when_and_the_curtain(school: School) -> None:
    guardian = school.guardian(of="Oak")
    watching = guardian.opens("Oak")
    school.clock.advance(timedelta(seconds=50))
    watching.close()
    school.draws_curtain("Oak")
    school.clock.advance(timedelta(minutes=30))
    administrator = school.administrator()

    page = administrator.get("/oversight/day?day=2026-03-10", **ENGLISH).body

    lanes = re.findall(r'<svg[^>]+aria-label="([^"]+ viewings)"', page.decode())
    assert lanes == ["Elm room: 0 viewings", "Oak room: 1 viewings"]
    assert page.decode().count('<rect class="lane-viewing" x=') == 1
    assert page.decode().count('<rect class="lane-curtain" x=') == 1
    assert f"林小明 {guardian.person} · 小豆 {guardian.person}" in text(page)
    assert school.last_entry("log:read")["subject"]["day"] == "2026-03-10"
    before = administrator.get("/oversight/day?day=2026-03-09", **ENGLISH).body.decode()
    assert before.count('<rect class="lane-viewing" x=') == 0


def test_an_incident_written_by_hand_is_shown_first_and_leads_to_its_entry(school: School) -> None:
    guardian = school.guardian(of="Oak")
    ids = {"person": guardian.person, "child": guardian.child}
    watched = {**ids, "class_group": school.class_groups["Oak"], "room": school.rooms["Oak"]}
    now = school.clock.now()
    body: dict[str, object] = {"actor": {"person": guardian.person, "via": "web"}, "reason": "by hand"}
    with writing(school.world.database) as connection:
        for nth, (kind, subject) in enumerate(
            [("consent:withdrawn", ids), ("viewing:opened", {**watched, "viewing": "v" * 22})]
        ):
            number = log_entry.append(
                connection,
                log=school.id,
                kind=kind,
                at=now + timedelta(seconds=nth * 5),
                body={**body, "subject": subject, "level": "clear"},  # type: ignore[dict-item]  # JSON
            )
    school.clock.advance(timedelta(minutes=5))

    page = school.administrator().get("/oversight/unusual", **ENGLISH).body

    assert re.findall(r'data-sort="([^"]+)"', page.decode()) == ["incident"]
    assert f'href="/oversight/entry?number={number}"' in page.decode()


def test_a_week_as_every_other_has_nothing_to_show(school: School) -> None:
    school.guardian(of="Oak").opens("Oak").close()

    page = school.administrator().get("/oversight/unusual", **ENGLISH).body

    assert "Nothing out of the usual." in text(page)
