"""A person sees their devices, and signs one of them out at once; nobody sees another's."""

from access.database import reading
from access.devices import devices_of
from access.sign_ins import begin_sign_in, recognise
from tests.app.factors.steps import sign_in_of
from tests.browser import Browser
from tests.school import School


def device_keys(school: School, person: int) -> dict[str, str]:
    with reading(school.world.database) as connection:
        return {device.words: device.key for device in devices_of(connection, person, school.clock.now())}


def test_each_device_is_named_in_words(school: School) -> None:
    guardian = school.guardian(of="Oak")
    begin_sign_in(school.world, guardian.person, "WeChat, iPhone")

    page = guardian.get("/devices", Accept_Language="en").body.decode()

    assert "Chrome, Android" in page
    assert "WeChat, iPhone" in page
    assert "today at 09:3" in page


def test_one_device_is_signed_out_at_once_and_the_others_stay(school: School) -> None:
    guardian = school.guardian(of="Oak")
    other = Browser(school.app, begin_sign_in(school.world, guardian.person, "WeChat, iPhone"))
    key = device_keys(school, guardian.person)["WeChat, iPhone"]

    answer = guardian.post(f"/devices/{key}/sign-out")

    assert (answer.status, answer.header("Location")) == (303, "/devices")
    assert other.get("/home") == school.not_found
    assert guardian.get("/home").status == 200
    actor = school.last_entry("sign_in:ended")["actor"]
    assert actor["person"] == guardian.person
    assert actor["sign_in"] == sign_in_of(school, guardian)


def test_nobody_signs_out_somebody_elses_device(school: School) -> None:
    guardian, other = school.guardian(of="Oak"), school.guardian(of="Oak")
    key = next(iter(device_keys(school, other.person).values()))

    assert guardian.post(f"/devices/{key}/sign-out") == school.not_found
    assert other.get("/home").status == 200


def test_a_family_is_offered_a_pin_and_may_do_without(school: School) -> None:
    guardian = school.guardian(of="Oak")

    page = guardian.get("/welcome")
    assert b'href="/pin"' in page.body
    assert guardian.post("/pin", {"pin": "123456", "again": "123456"}).status == 400
    assert guardian.post("/pin", {"pin": "405817", "again": "405818"}).status == 400
    assert guardian.post("/pin", {"pin": "405817", "again": "405817"}).status == 303

    assert guardian.get("/welcome").header("Location") == "/"
    found = recognise(school.world, guardian.cookie("__Host-sign-in") or "")
    assert found
    assert found.has_pin
