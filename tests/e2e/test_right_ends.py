"""A right ends while it is used: the last byte and the screen within the promise, and the right words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from access import acts_people, sign_ins
from tests.e2e.audience import BLACK_SECONDS, audience
from tests.e2e.living import Guardian, LivingSchool
from tests.e2e.reader import boot
from tests.e2e.sentences import CURTAIN, NO_LONGER, SIGNED_OUT, in_both


def revokes_the_grant(school: LivingSchool, guardian: Guardian) -> None:
    acts_people.revoke_grant(
        school.living.world, actor=school.office, reason="left the city", grant_id=guardian.grant
    )


def draws_the_curtain(school: LivingSchool, guardian: Guardian) -> None:
    school.draw_curtain()


def ends_the_enrolment(school: LivingSchool, guardian: Guardian) -> None:
    acts_people.end_enrolment(
        school.living.world, actor=school.office, reason="moved", enrolment_id=guardian.enrolment
    )


def signs_out_everywhere(school: LivingSchool, guardian: Guardian) -> None:
    sign_ins.end_every_sign_in(school.living.world, guardian.person)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        pytest.param(revokes_the_grant, NO_LONGER, id="grant revoked"),
        pytest.param(ends_the_enrolment, NO_LONGER, id="enrolment ended"),
        pytest.param(signs_out_everywhere, SIGNED_OUT, id="signed out everywhere"),
        pytest.param(draws_the_curtain, CURTAIN, id="curtain drawn"),
    ],
)
def test_bytes_and_picture_end_with_the_right_and_the_page_says_why(
    school: LivingSchool,
    browser: Browser,
    act: Callable[[LivingSchool, Guardian], None],
    sentence: str,
) -> None:
    guardian = school.guardian()
    with audience(school, browser, guardian) as watching:
        ended = boot()
        act(school, guardian)

        assert max(watching.seconds_until_dark(ended)) <= BLACK_SECONDS
        assert watching.reads() == in_both(sentence)
        assert max(watching.last_bytes(ended)) <= BLACK_SECONDS
        assert all(phone.is_dark() for phone in watching.phones)
        assert {reader.statuses[-1] for reader in watching.readers} == {404}
    school.open_curtain()
