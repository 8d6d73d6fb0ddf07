"""Staff's word for a clock that neither log nor kernel vouches for."""

from datetime import UTC, datetime, timedelta

from access.clock_trust import ClockDoubt, ClockTrust
from access.database import connect, writing
from access.log import entry
from tests.cli.desk import Desk


def test_a_confirmed_clock_is_believed_and_the_word_is_in_the_log(desk: Desk) -> None:
    engine = connect(f"sqlite:///{desk.home / 'portal.db'}")
    with writing(engine) as connection:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        entry.append(connection, log=1, kind="viewing:opened", at=tomorrow, body={"subject": {}})
    trust = ClockTrust(engine, desk.home / "ram" / "clock")
    assert trust.doubt() is ClockDoubt.BEHIND

    told = desk.does("clock", "confirm", by="director")

    assert "is believed from now on" in told.output
    assert trust.doubt() is None
    said = desk.types("log", "show", "--installation", "--reason", "look")
    assert "clock:confirmed" in said.output
    engine.dispose()


def test_a_word_that_cannot_be_kept_is_refused(desk: Desk) -> None:
    (desk.home / "ram" / "clock").mkdir()

    told = desk.types("clock", "confirm", "--reason", "x")

    assert "settings:wrong" in told.output
