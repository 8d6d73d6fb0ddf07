"""What every command needs: the records, who acts and why, and how to answer.

Built from ``PORTAL_*`` when a command first asks for it. Whatever is refused ends
the command with a code of its own and the stable reason, never with a traceback.
"""

import functools
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click
from sqlalchemy import Connection, Select

from access.acts import Actor
from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.memberships import check_works_here
from access.world import World
from app.alone import be_alone, be_only_one, be_present
from app.cli import find, times
from app.config import Settings, read_settings
from app.errors import SettingsError
from app.parts import build_world, private_directory

Command = TypeVar("Command", bound=Callable[..., Any])

REFUSED, NOT_NOW, SETTINGS = 3, 75, 78


class Desk:
    """One command's view of the installation."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._present: int | None = None
        #: This command puts a backup back, and may finish what was broken off.
        self.restores = False
        #: The word after ``--school``.
        self.named_school: str | None = None

    @functools.cached_property
    def settings(self) -> Settings:
        """Return the settings of this installation."""
        return read_settings()

    @functools.cached_property
    def world(self) -> World:
        """Return the records, marks and clock of this installation.

        Raises:
            Refused: ``restore:running``, ``restore:unfinished``: what is done now would not be there after.
            SettingsError: as :func:`app.parts.build_world`.
        """
        private_directory(self.settings.data_directory)
        present = be_present(self.settings.data_directory)
        if present is None:
            raise Refused("restore:running", "a backup is being put back: do it again when that is done")
        self._present = present
        if self.settings.unfinished_restore_path.exists() and not self.restores:
            raise Refused("restore:unfinished", "do the same ./portal restore once more, which finishes it")
        return build_world(self.settings)

    def let_go(self) -> None:
        """Close the database, so that SQLite leaves one whole file and no write-ahead log behind."""
        if "world" in vars(self):
            self.world.database.dispose()
        if self._present is not None:
            os.close(self._present)
            self._present = None

    def have_to_oneself(self) -> None:
        """Keep other commands from beginning, until this one ends.

        Raises:
            Refused: ``command:running``: another one is at work.
        """
        self.world  # noqa: B018  # by which this one is present
        if self._present is None or not be_only_one(self._present):
            raise Refused("command:running", "another command is at work: wait until it has ended")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open one read transaction."""
        with reading(self.world.database) as connection:
            yield connection

    @functools.cached_property
    def school_id(self) -> int:
        """Return the id of the school named, or of the only one there is."""
        with self.reading() as connection:
            return find.school(connection, self.named_school)

    def find(self, kind: find.Kind, word: str) -> int:
        """Return the id of the one record that *word* names: a person, or what is the school's."""
        school_id = self.school_id if kind.is_of_a_school else None
        with self.reading() as connection:
            return find.one(connection, kind, word, school_id)

    def stretch(self, starts: str | None, ends: str | None) -> tuple[datetime, datetime | None]:
        """Return the instants that two words mean at the school; starts now where unsaid."""
        with self.reading() as connection:
            zone = times.zone_of(connection, self.school_id)
        return times.instant(starts, zone) or self.world.clock.now(), times.instant(ends, zone)

    def span(self, starts: str | None, ends: str) -> tuple[datetime, datetime]:
        """Return the instants of a time that has an end."""
        starts_at, ends_at = self.stretch(starts, ends)
        assert ends_at is not None  # noqa: S101  # some words mean an instant, or are refused
        return starts_at, ends_at

    def shown(self, moment: datetime) -> str:
        """Return an instant as the school's clocks show it, to the minute."""
        with self.reading() as connection:
            return times.shown(moment, times.zone_of(connection, self.school_id))

    def tell(self, answer: dict[str, Any] | list[dict[str, Any]], text: str) -> None:
        """Print *answer* as JSON where that was asked for, else *text*."""
        click.echo(json.dumps(answer, ensure_ascii=False) if self.as_json else text)

    def tell_ending(self, answer: dict[str, Any], text: str, *, recorded: bool) -> None:
        """Print *answer*, and beside it where the ending holds and the records do not know it yet."""
        if not recorded:
            click.echo("It holds. It could not be written down yet; that follows by itself.", err=True)
        self.tell(answer, text)

    def table(self, rows: list[dict[str, Any]]) -> None:
        """Print *rows* as JSON, or a line each."""
        lines = ["  ".join(f"{name}={value}" for name, value in row.items()) for row in rows]
        self.tell(rows, "\n".join(lines) or "none")

    def records(self, statement: Select[*tuple[Any, ...]]) -> None:
        """Print what a question of the school's records finds, with instants as its clocks show them."""
        with self.reading() as connection:
            zone = times.zone_of(connection, self.school_id)
            rows = [times.row(row, zone) for row in connection.execute(statement).mappings()]
        self.table(rows)

    def fail(self, reason: str, detail: str, code: int) -> None:
        """Say why nothing was done, and end."""
        if self.as_json:
            click.echo(json.dumps({"refused": reason, "detail": detail}, ensure_ascii=False))
        else:
            click.echo(f"refused: {reason}  {detail}".rstrip(), err=True)
        sys.exit(code)


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, and why: the first two arguments of every act."""

    actor: Actor
    reason: str


def os_user() -> str:
    """Return who sits at this machine, as the log will name them."""
    return f"cli:{getpass.getuser()}"


def asked(command: Command) -> Command:
    """Give a question its ``--json`` and its desk."""

    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @functools.wraps(command)
    def answered(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        desk = Desk(as_json=as_json)
        try:
            return command(desk, *args, **kwargs)
        except Refused as refusal:
            desk.fail(refusal.reason, refusal.detail, REFUSED)
        except (RecordsUnavailable, LogUnavailable) as fault:
            desk.fail("records:unavailable", str(fault) or type(fault).__name__, NOT_NOW)
        except SettingsError as fault:
            desk.fail("settings:wrong", str(fault), SETTINGS)
        finally:
            desk.let_go()

    return answered  # type: ignore[return-value]  # same call, less the desk


def acted(command: Command) -> Command:
    """Give an act its ``--as`` and ``--reason`` on top."""

    @click.option("--as", "acting", metavar="PERSON", help="Who acts: sign-in name or key.")
    @click.option("--reason", required=True, metavar="TEXT", help="Why; goes into the log.")
    @asked
    @functools.wraps(command)
    def carried_out(desk: Desk, *args: Any, acting: str | None, reason: str, **kwargs: Any) -> Any:
        return command(desk, _act(desk, acting, reason), *args, **kwargs)

    return carried_out  # type: ignore[return-value]  # same call, less the desk and the act


def looked(command: Command) -> Command:
    """Give a question that is written down its ``--as`` and ``--reason``; neither has to be said."""

    @click.option("--as", "acting", metavar="PERSON", help="Who asks: sign-in name or key.")
    @click.option("--reason", default="asked", metavar="TEXT", help="Why; goes into the log.")
    @asked
    @functools.wraps(command)
    def answered(desk: Desk, *args: Any, acting: str | None, reason: str, **kwargs: Any) -> Any:
        return command(desk, _act(desk, acting, reason), *args, **kwargs)

    return answered  # type: ignore[return-value]  # same call, less the desk and the act


def _act(desk: Desk, acting: str | None, reason: str) -> Act:
    person = desk.find(find.Kind.PERSON, acting) if acting else None
    return Act(Actor(person_id=person, via=os_user()), reason)


def of_school(command: Command) -> Command:
    """Give a command ``--school``: what it names is looked for within that school, and nowhere else.

    Stands below ``asked`` or ``acted``. Somebody of another school's staff does not act here.
    """

    @click.option("--school", metavar="SCHOOL", help="Needed where there are several.")
    @functools.wraps(command)
    def there(desk: Desk, *args: Any, school: str | None, **kwargs: Any) -> Any:
        desk.named_school = school
        actors = [act.actor.person_id for act in args if isinstance(act, Act)]
        for person_id in actors:
            # The log of the installation is no school's.
            if person_id is not None and not kwargs.get("installation"):
                with desk.reading() as connection:
                    now, stops = desk.world.clock.now(), desk.world.stops
                    check_works_here(connection, person_id, desk.school_id, now, stops)
        return command(desk, *args, **kwargs)

    return there  # type: ignore[return-value]  # same call, less the school


def secret(question: str, *, twice: bool = False) -> str:
    """Read a secret from the terminal unseen, or one line from stdin; never from arguments."""
    if sys.stdin.isatty():
        typed: str = click.prompt(question, hide_input=True, confirmation_prompt=twice)
        return typed
    line = sys.stdin.readline().rstrip("\n")
    if not line:
        raise click.UsageError(f"{question}: nothing came on standard input")
    return line


@contextmanager
def alone(desk: Desk) -> Iterator[None]:
    """Hold what a running portal holds.

    Raises:
        Refused: ``portal:running``.
    """
    desk.world  # noqa: B018  # makes the directory, and looks whether the key is there
    try:
        descriptor = be_alone(desk.settings.data_directory)
    except SettingsError as fault:
        raise Refused("portal:running", f"{fault}: stop it first (docs/operations/service.md)") from fault
    try:
        yield
    finally:
        os.close(descriptor)
