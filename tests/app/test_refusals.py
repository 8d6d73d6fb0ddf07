"""What a guardian is told who taps ▶ and may not watch: whole sentences, in their language, and no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from access import acts_cameras, acts_people, acts_places
from access.database import reading
from access.places import Camera, RoomUse
from access.stops import Mark, Scope
from tests.guardian import Guardian
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
CHINESE = {"Accept_Language": "zh-CN"}

NO_LONGER = (
    "This room is no longer open to you. The school office can tell you more.",
    "您现在没有观看这间教室的授权。详情请问幼儿园办公室。",
)
ELSEWHERE = ("Your child's class is not in this room now.", "孩子的班级现在不在这间教室。")


def morning_is_over(school: School, guardian: Guardian) -> None:
    school.clock.advance(timedelta(hours=3))
    school.is_there(guardian)


def curtain_is_drawn(school: School, _: Guardian) -> None:
    school.draws_curtain("Oak")


def curtain_is_drawn_and_not_yet_recorded(school: School, _: Guardian) -> None:
    school.world.stops.set([Mark(Scope.ROOM, school.rooms["Oak"])])


def grant_is_revoked(school: School, _: Guardian) -> None:
    school.revoke_every_grant()


def class_leaves_the_room(school: School, _: Guardian) -> None:
    with reading(school.world.database) as connection:
        use = select(RoomUse.id).where(RoomUse.room_id == school.rooms["Oak"])
        number = connection.execute(use).scalar_one()
    acts_places.end_room_use(
        school.world, actor=school.office_actor, reason="moved upstairs", room_use_id=number
    )


def camera_is_taken_out_of_use(school: School, _: Guardian) -> None:
    with reading(school.world.database) as connection:
        camera = select(Camera.id).where(Camera.room_id == school.rooms["Oak"])
        number = connection.execute(camera).scalar_one()
    acts_cameras.deactivate_camera(school.world, actor=school.office_actor, reason="repair", camera_id=number)


def faces_are_to_be_hidden(school: School, _: Guardian) -> None:
    acts_places.set_level(
        school.world, actor=school.director_actor, reason="test", room_id=school.rooms["Oak"], level="faces"
    )


def clock_cannot_be_believed(school: School, _: Guardian) -> None:
    school.clock.is_believable = False


def whole_school_is_stopped(school: School, _: Guardian) -> None:
    school.world.stops.set([Mark(Scope.SCHOOL, school.id)])


#: What happens → what is said, in English and in Chinese.
STATES: list[tuple[Callable[[School, Guardian], None], tuple[str, str]]] = [
    (
        morning_is_over,
        (
            "It is outside the viewing hours. It opens again tomorrow at 09:00 (school time).",
            "现在不是开放时段。下次开放：明天 09:00（幼儿园时间）。",
        ),
    ),
    (
        curtain_is_drawn,
        ("The curtain is drawn. The teachers will open it again.", "教室已拉帘，老师会再打开。"),
    ),
    (
        curtain_is_drawn_and_not_yet_recorded,
        ("The curtain is drawn. The teachers will open it again.", "教室已拉帘，老师会再打开。"),
    ),
    (grant_is_revoked, NO_LONGER),
    (
        whole_school_is_stopped,
        ("The school has closed the cameras for now.", "幼儿园暂时关闭了所有摄像头。"),
    ),
    (
        class_leaves_the_room,
        (
            f"{ELSEWHERE[0]} When it opens again, the school office can tell you.",
            f"{ELSEWHERE[1]}何时再开放，请问幼儿园办公室。",
        ),
    ),
    (
        camera_is_taken_out_of_use,
        ("The camera in this room is not in use now.", "这间教室的摄像头现在没有启用。"),
    ),
    (
        faces_are_to_be_hidden,
        ("The school is not showing this room now.", "幼儿园现在不开放这间教室的画面。"),
    ),
    (
        clock_cannot_be_believed,
        (
            "The school's clock is being checked. Nothing is shown until it is right.",
            "幼儿园的时钟正在核对，核对好之前不显示画面。",
        ),
    ),
]


def told(school: School, guardian: Guardian, language: dict[str, str]) -> str:
    """Tap ▶ and return what the page will say."""
    answer = guardian.post(f"/rooms/{school.room_key('Oak')}/viewings", None, **language)
    assert answer.status == 200
    assert "viewing" not in answer.json
    return str(answer.json["words"])


@pytest.mark.parametrize(("happens", "said"), STATES, ids=[state[0].__name__ for state in STATES])
def test_whoever_taps_is_told_why_not(
    school: School, happens: Callable[[School, Guardian], None], said: tuple[str, str]
) -> None:
    guardian = school.guardian(of="Oak")

    happens(school, guardian)

    assert (told(school, guardian, ENGLISH), told(school, guardian, CHINESE)) == said


def test_whoever_is_not_verified_is_sent_to_the_office(school: School) -> None:
    guardian = school.guardian(of="Oak", verified=False)

    assert told(school, guardian, ENGLISH) == (
        "The school has not finished checking your papers yet. Please ask the office."
    )
    assert told(school, guardian, CHINESE) == "幼儿园还没有核实完您的身份。请问幼儿园办公室。"


def test_whoever_was_never_granted_reads_what_one_reads_whose_grant_was_revoked(school: School) -> None:
    guardian = school.guardian(of="Oak", granted=False)

    assert (told(school, guardian, ENGLISH), told(school, guardian, CHINESE)) == NO_LONGER


def guardianship_ends(school: School, guardian: Guardian) -> None:
    acts_people.end_guardianship(
        school.world, actor=school.office_actor, reason="test", guardianship_id=guardian.guardianship
    )


def enrolment_ends(school: School, guardian: Guardian) -> None:
    assert guardian.enrolment is not None
    acts_people.end_enrolment(
        school.world, actor=school.office_actor, reason="test", enrolment_id=guardian.enrolment
    )


@pytest.mark.parametrize("verified", [True, False], ids=["verified", "not verified any more"])
@pytest.mark.parametrize("happens", [guardianship_ends, enrolment_ends], ids=lambda act: act.__name__)
def test_a_room_that_is_no_longer_theirs_does_not_exist(
    school: School, happens: Callable[[School, Guardian], None], verified: bool
) -> None:
    guardian = school.guardian(of="Oak", verified=verified)

    happens(school, guardian)

    assert guardian.asks_to_open("Oak") == school.not_found


#: Causes that end a viewing under way → what its page says, which is why and not when.
ENDS = [
    (happens, ELSEWHERE if happens is class_leaves_the_room else said)
    for happens, said in STATES
    if happens is not morning_is_over
]


@pytest.mark.parametrize(("happens", "said"), ENDS, ids=[happens.__name__ for happens, _ in ENDS])
def test_whoever_watches_is_told_why_it_ended(
    school: School, happens: Callable[[School, Guardian], None], said: tuple[str, str]
) -> None:
    guardian = school.guardian(of="Oak")
    watching = guardian.opens("Oak")

    happens(school, guardian)

    status = f"/live/{watching.key}/status"
    answers = [guardian.get(status, **language).json for language in (ENGLISH, CHINESE)]
    assert [answer["state"] for answer in answers] == ["ended", "ended"]
    assert tuple(answer["words"] for answer in answers) == said
