"""Accounts at the command line: none comes with the portal, and one is signed out everywhere at once."""

import json

from access.sign_ins import begin_sign_in, recognise
from app.config import Settings
from app.parts import build_world
from tests.access.trouble import database_held
from tests.cli.desk import Desk


def test_before_anybody_is_added_there_is_nobody(first_desk: Desk) -> None:
    """No account comes with the portal that somebody could forget to close."""
    assert json.loads(first_desk.types("person", "list", "--json").output) == []


def test_every_device_is_out_and_the_account_stays(family_desk: Desk) -> None:
    home = family_desk.home
    world = build_world(Settings(data_directory=home, ram_directory=home / "ram"))
    noor = json.loads(family_desk.types("person", "list", "--json").output)[-1]["id"]
    tokens = [begin_sign_in(world, noor, words) for words in ("WeChat, iPhone", "Chrome, Windows")]
    assert all(recognise(world, token) for token in tokens)

    with database_held(f"sqlite:///{home / 'portal.db'}"):
        told = family_desk.does("person", "signout", "noor", by="director").output
        assert not any(recognise(world, token) for token in tokens)

    assert "could not be written down yet" in told
    again = begin_sign_in(world, noor, "WeChat, iPhone")
    assert recognise(world, again)
