"""A try that failed, counted for the log; the same work for whoever's name was typed."""

from flask import request
from flask_login import current_user

from access.failed_tries import Try
from app.account.device import device_words
from app.services import services


def failed_sign_in(person_id: int | None, *, by: str = "passphrase") -> None:
    """Count that somebody failed to sign in; as nobody where no account is meant."""
    _note(Try(person_id, by))


def failed_proof() -> None:
    """Count that the passphrase was wrong on the device that is signed in."""
    _note(Try(current_user.person_id, "passphrase", current_user.sign_in_id))


def _note(one: Try) -> None:
    services().tries.note(one, device_words(request.headers.get("User-Agent", "")))
