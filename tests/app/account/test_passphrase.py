"""A person changes their own passphrase; only this device stays signed in."""

import pytest

from access.sign_ins import begin_sign_in
from tests.app.account.trying import PASSPHRASE, tries
from tests.browser import Browser
from tests.school import School

NEW = "九月的风吹过银杏树，落在窗台上"


def test_the_new_one_counts_and_the_other_devices_are_out(school: School, known: str) -> None:
    person = school.staff["office"]
    here, there = (
        school.office(),
        Browser(school.app, begin_sign_in(school.world, person, "Phone", second="x")),
    )

    answer = here.post("/passphrase", {"passphrase": NEW})

    assert (answer.status, answer.header("Location")) == (303, "/devices")
    assert here.get("/office").status == 200
    assert there.get("/office") == school.not_found
    assert tries(school.visitor(), known, PASSPHRASE).status == 400
    assert tries(school.visitor(), known, NEW).status == 303


@pytest.mark.parametrize(("typed", "said"), [("short", "too short"), ("a" * 20, "too easy"), ("", "fill")])
def test_one_that_is_refused_is_told_and_never_sent_back(
    school: School, known: str, typed: str, said: str
) -> None:
    answer = school.office().post("/passphrase", {"passphrase": typed}, Accept_Language="en")

    assert answer.status == 400
    assert said in answer.body.decode()
    assert not typed or f'value="{typed}"' not in answer.body.decode()
    assert tries(school.visitor(), known, PASSPHRASE).status == 303
