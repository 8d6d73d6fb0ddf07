"""A right ends while it is used: the last byte and the screen within the promise, and the right words."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e import endings
from tests.e2e.audience import BLACK_SECONDS, audience
from tests.e2e.living import Guardian, LivingSchool
from tests.e2e.reader import boot
from tests.e2e.sentences import (
    CLOSED,
    CURTAIN,
    ELSEWHERE,
    HOURS,
    LENT,
    NO_LONGER,
    NOT_COVERED,
    NOT_IN,
    PREPARING,
    SIGNED_OUT,
    SPENT,
    WITHOUT_A_REASON,
    in_both,
)


@pytest.fixture
def guardian(school: LivingSchool) -> Iterator[Guardian]:
    """Somebody who may watch; whatever a test closed is opened again after it."""
    endings.lets_attendance_be_noted(school)
    yield school.guardian()
    endings.is_as_before(school)


@pytest.mark.parametrize(
    ("act", "sentences"),
    [
        pytest.param(endings.revokes_the_grant, [NO_LONGER], id="grant revoked"),
        pytest.param(endings.ends_the_enrolment, [NO_LONGER], id="enrolment ended"),
        pytest.param(endings.signs_out_everywhere, [SIGNED_OUT], id="signed out everywhere"),
        pytest.param(endings.takes_consent_back, [NOT_COVERED], id="consent taken back"),
        pytest.param(endings.notes_a_guest, [NOT_COVERED], id="guest in the room"),
        pytest.param(endings.draws_the_curtain, [CURTAIN], id="curtain drawn"),
        # The room is marked before the record says why: who asks in between reads of a curtain.
        pytest.param(endings.takes_the_sign_back, [PREPARING, CURTAIN], id="sign taken back"),
        pytest.param(endings.lets_a_gate_lapse, [PREPARING], id="gate lapsed"),
        pytest.param(endings.closes_the_school, [HOURS], id="school closed today"),
        pytest.param(endings.takes_the_hours_away, [HOURS], id="hours narrowed"),
        pytest.param(endings.adds_a_custody_rule, [WITHOUT_A_REASON, NO_LONGER], id="custody rule"),
        pytest.param(endings.notes_the_child_out, [NOT_IN], id="child picked up"),
        pytest.param(endings.lends_the_room, [LENT], id="room lent"),
        pytest.param(endings.swaps_the_rooms, [ELSEWHERE], id="rooms swapped"),
        pytest.param(endings.spends_the_day, [SPENT], id="budget spent"),
        pytest.param(endings.closes_everything, [CLOSED], id="everything closed"),
    ],
)
def test_bytes_and_picture_end_with_the_right_and_the_page_says_why(
    school: LivingSchool,
    browser: Browser,
    guardian: Guardian,
    act: Callable[[LivingSchool, Guardian], None],
    sentences: list[str],
) -> None:
    with audience(school, browser, guardian) as watching:
        ended = boot()
        act(school, guardian)

        assert max(watching.seconds_until_dark(ended)) <= BLACK_SECONDS
        assert watching.reads().items() <= {said for one in sentences for said in in_both(one).items()}
        assert max(watching.last_bytes(ended)) <= BLACK_SECONDS
        assert all(phone.is_dark() for phone in watching.phones)
        assert {reader.statuses[-1] for reader in watching.readers} == {404}
