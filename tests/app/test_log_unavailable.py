"""Where no entry can be written nothing is served, in kind words, and every ending holds all the same.

The database itself refuses: entries only, by a trigger, or everything, because
somebody else holds it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from access import acts
from access.database import connect, writing
from access.grants import Grant
from access.keys import new_key
from access.stops import Mark, Scope
from app.errors import NOT_WELL_PAGE, RETRY_SECONDS
from tests.app.public_keys import key_of
from tests.browser import Answer
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
NOT_WRITTEN = "could not be written down yet"

Refusing = Callable[[School], AbstractContextManager[None]]


@contextmanager
def entries_refused(school: School) -> Iterator[None]:
    """Let the database take every record but an entry of the log."""
    with writing(school.world.database) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    yield
    with writing(school.world.database) as connection:
        connection.exec_driver_sql("DROP TRIGGER full")


@contextmanager
def database_held(school: School) -> Iterator[None]:
    """Hold the database's write lock from another connection, past our own queue."""
    engine = connect(str(school.world.database.url))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield
    engine.dispose()


REFUSALS = pytest.mark.parametrize(
    "refused", [entries_refused, database_held], ids=["entries refused", "database held"]
)


def is_not_well(answer: Answer) -> bool:
    """Say whether this is the page for when nothing can be recorded, and nothing else."""
    return (answer.status, answer.body, answer.header("Retry-After"), answer.header("Cache-Control")) == (
        503,
        NOT_WELL_PAGE.encode(),
        str(RETRY_SECONDS),
        "no-store, private",
    )


@REFUSALS
def test_no_viewing_opens_and_the_answer_is_kind(school: School, refused: Refusing) -> None:
    guardian = school.guardian(of="Oak")
    school.camera("Oak").films_segment()

    with refused(school):
        answer = guardian.asks_to_open("Oak")

    assert is_not_well(answer)
    assert "没有显示任何画面" in answer.body.decode()
    assert "nothing was shown" in answer.body.decode()
    assert school.log() == []
    assert guardian.opens("Oak"), "nothing is left in the way"


@REFUSALS
def test_a_refusal_that_cannot_be_written_is_not_told_either(school: School, refused: Refusing) -> None:
    guardian = school.guardian(of="Oak", granted=False)

    with refused(school):
        answer = guardian.asks_to_open("Oak")

    assert is_not_well(answer)
    assert guardian.asks_to_open("Oak").json["refused"] == "grant:none"


@REFUSALS
def test_it_does_not_tell_which_rooms_there_are(school: School, refused: Refusing) -> None:
    guardian = school.guardian(of="Oak")

    with refused(school):
        anothers, none = (
            guardian.post(f"/rooms/{key}/viewings") for key in (school.room_key("Elm"), new_key())
        )

    assert anothers == none
    assert anothers == school.not_found or is_not_well(anothers)


@REFUSALS
def test_nobody_reads_the_log_unrecorded(school: School, refused: Refusing) -> None:
    administrator = school.administrator()

    with refused(school):
        read = administrator.get("/oversight")

    assert is_not_well(read)
    assert administrator.get("/oversight").status == 200


@REFUSALS
def test_a_curtain_is_drawn_all_the_same_and_recorded_later(school: School, refused: Refusing) -> None:
    guardian, teacher = school.guardian(of="Oak"), school.teacher()
    k = school.camera("Oak").films_segment()
    watching = guardian.opens("Oak")
    assert watching.segment(k).status == 200

    with refused(school):
        drawn = teacher.post(
            f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"}, **ENGLISH
        )
        stopped = watching.segment(k)
        page = teacher.get("/office", **ENGLISH).body.decode()

    assert drawn.status == 303
    assert stopped == school.not_found
    assert school.world.stops.stopped([Mark(Scope.ROOM, school.rooms["Oak"])])
    assert NOT_WRITTEN in page
    assert school.log("curtain:drawn") == []
    acts.replay(school.world)
    assert school.last_entry("curtain:drawn")["reason"] == "nap"


@REFUSALS
def test_a_grant_ends_all_the_same_and_is_recorded_later(school: School, refused: Refusing) -> None:
    guardian, office = school.guardian(of="Oak"), school.office()
    k = school.camera("Oak").films_segment()
    watching = guardian.opens("Oak")
    key = key_of(school, Grant, guardian.grant)

    with refused(school):
        ended = office.post(f"/office/grants/{key}/end", {"reason": "moved"}, **ENGLISH)
        stopped = watching.segment(k)
        page = office.get("/office", **ENGLISH).body.decode()

    assert ended.status == 303
    assert stopped == school.not_found
    assert NOT_WRITTEN in page
    acts.replay(school.world)
    assert school.last_entry("grant:revoked")["reason"] == "moved"
    assert guardian.asks_to_open("Oak").json["refused"] == "grant:none"


@REFUSALS
def test_a_device_is_signed_out_all_the_same(school: School, refused: Refusing) -> None:
    guardian = school.guardian(of="Oak")

    with refused(school):
        out = guardian.post("/sign-out")
        home = guardian.get("/home")

    assert out.status == 303
    assert home == school.not_found
