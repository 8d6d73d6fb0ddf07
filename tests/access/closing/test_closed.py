"""A whole school is closed by one act at once, whatever else does not answer."""

from sqlalchemy import select, update

from access import acts_people, acts_places
from access.acts import replay
from access.acts_closing import close_school
from access.consent_records import ConsentText
from access.database import reading, writing
from access.epochs import begin_epoch
from access.explain import explain
from access.places import Camera, Epoch
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.roster import rooms_of
from access.schema import downgrade, upgrade
from access.sign_ins import begin_sign_in, recognise
from access.stops import EVERYTHING
from tests.access.closing.closable import CLOSED, MINUTE, ClosableSchool
from tests.access.trouble import database_held, log_refusing
from tests.access.writing_school import MACHINE, WHY
from tests.consenting import agrees_on_paper


def test_one_act_closes_the_school_and_the_records_alone_keep_it_closed(school: ClosableSchool) -> None:
    assert school.due() == 1

    assert school.closes()

    assert school.decides() == CLOSED
    assert school.due() == 0
    school.forgets_marks()
    assert school.decides() == school.decides_by_records() == CLOSED
    assert school.due() == 0
    assert school.told() == ["school:closed"]


def test_a_closed_school_is_named_before_hours_and_after_whose_room_it_is(school: ClosableSchool) -> None:
    school.closes()
    acts_places.set_hours(
        school.world, actor=MACHINE, reason=WHY, class_group_id=school.written.class_group, windows=[]
    )
    assert school.decides() == CLOSED

    acts_people.end_enrolment(
        school.world, actor=school.written.office, reason=WHY, enrolment_id=school.written.enrolment
    )

    assert school.decides() == Denied(Reason.NOT_ENROLLED)


def test_no_camera_of_a_closed_school_begins_to_film(school: ClosableSchool) -> None:
    with reading(school.world.database) as connection:
        key = connection.execute(select(Camera.key)).scalar_one()
    assert begin_epoch(school.world, key, "clear") is not None

    school.closes()
    school.forgets_marks()

    with reading(school.world.database) as connection:
        ended = connection.execute(select(Epoch.ended_at)).scalar_one()
    assert ended == school.clock.now()
    assert begin_epoch(school.world, key, "clear") is None
    assert not isinstance(school.decides(), Allowed)


def test_a_neighbour_stays_open(school: ClosableSchool) -> None:
    other = acts_people.add_school(
        school.world, actor=MACHINE, reason=WHY, name="Moonflower", zone="Asia/Shanghai", language="zh"
    )

    close_school(school.world, actor=MACHINE, reason="theirs", school_id=other)

    assert isinstance(school.decides(), Allowed)
    assert school.due() == 1
    assert school.closed() is None


def test_it_is_closed_at_once_while_the_records_are_held(school: ClosableSchool, database: str) -> None:
    with database_held(database):
        assert school.closes() is False
        assert school.decides() == CLOSED
        assert school.due() == 0

    assert replay(school.world) == 1
    school.forgets_marks()
    assert school.decides() == CLOSED
    assert school.told() == ["school:closed"]


def test_it_is_closed_though_the_log_takes_nothing(school: ClosableSchool, database: str) -> None:
    with log_refusing(database):
        assert school.closes() is False
        assert school.decides() == CLOSED
        school.later()
        assert replay(school.world) == 0

    assert replay(school.world) == 1
    assert school.told() == ["school:closed"]
    told = school.closed()
    assert told is not None
    assert told.closed_at == school.clock.now() - MINUTE


def test_it_is_closed_without_a_name_and_two_with_names_open_it(school: ClosableSchool) -> None:
    school.closes(by=MACHINE)
    school.later()

    opening = school.proposes()
    assert school.decides() == CLOSED
    school.confirms(opening)

    assert isinstance(school.decides(), Allowed)
    assert school.closed() is None
    assert school.told() == ["school:closed", "school:opening_proposed", "school:opened"]


def test_opened_again_nothing_from_before_is_shown(school: ClosableSchool) -> None:
    school.closes()
    school.later()

    school.opens()

    decision = school.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == school.clock.now()
    assert school.decides_by_records() == decision


def test_an_earlier_version_that_knows_no_closing_finds_every_curtain_drawn(school: ClosableSchool) -> None:
    school.closes()

    downgrade(school.world.database, "0007")
    upgrade(school.world.database)
    school.forgets_marks()
    written, now = school.written, school.world.clock.now()
    with writing(school.world.database) as connection:  # a machine's clock dated them, not the test's
        connection.execute(update(ConsentText).values(published_at=now, starts_at=now))
    agrees_on_paper(school.world, written.guardianship, office=written.office, director=written.director)

    assert school.closed() is None
    assert school.decides() == Denied(Reason.CAMERA_NOT_ACTIVATED)  # and its gates fell
    with reading(school.world.database) as connection:
        assert [room.opened_at for room in rooms_of(connection, school.id)] == [None]
    assert school.due() == 0


def test_staff_who_closed_everything_sign_in_and_read_on(school: ClosableSchool) -> None:
    school.closes()

    token = begin_sign_in(school.world, school.written.office.person_id or 0, "PC")

    assert recognise(school.world, token)
    assert EVERYTHING not in school.world.stops.in_force()


def test_the_explanation_names_the_closing_and_of_before_that_there_was_none(school: ClosableSchool) -> None:
    before = school.clock.now()
    school.later()
    school.closes()
    school.later()
    school.opens()

    with reading(school.world.database) as connection:
        told = [
            explain(connection, school.written.guardian, school.written.room, at)
            for at in (before, before + MINUTE, school.clock.now())
        ]

    assert [isinstance(one.decision, Allowed) for one in told] == [True, False, True]
    assert told[1].decision == CLOSED
    assert all(one.as_record()["ways"][0]["rules"] for one in told)
