"""How often somebody may try to sign in.

Only tries that failed count, and only for a minute or a few. Strangers can use up the
tries for a name, or those of a network, but not those of a device on which its owner has
signed in before (:mod:`app.account.known_device`). On a new one the owner then waits.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from flask import request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug.wrappers import Response

from access.passphrases import folded_name
from app.account import known_device
from app.security import viewer_address
from app.services import services

View = TypeVar("View", bound=Callable[..., Any])

#: On a device that knows the name; all other limits are for those that do not.
PER_KNOWN_DEVICE = "5 per minute"
#: Per name from one address, per name from anywhere, per address.
PER_NAME_AND_ADDRESS = "5 per minute"
PER_NAME = "30 per 5 minutes"
PER_ADDRESS = "60 per 5 minutes"

#: Of a device that asks who holds it, or asks once more before what matters.
PER_SIGN_IN = "5 per minute"


class PageLimiter(Limiter):
    """Counts nothing of what a page fetches on the hot path: a picture each second is no try."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if request.blueprint != "live" or request.method != "GET":
            super()._check_request_limit(callable_name, in_middleware)


limiter = PageLimiter(key_func=get_remote_address, storage_uri="memory://", strategy="moving-window")


def device() -> str:
    """Return what the tries of a device that knows the name are counted by."""
    return known_device.key_for(request.form.get("sign_in_name", "")) or ""


def is_known() -> bool:
    """Say whether the typed name has signed in on this device before."""
    return bool(device())


def is_strange() -> bool:
    """Say whether it has not."""
    return not is_known()


def address() -> str:
    """Return the viewer's address."""
    return viewer_address(request, services().settings)


def name() -> str:
    """Return whose name was typed, however, and unreadable: people type passphrases there."""
    typed = folded_name(request.form.get("sign_in_name", ""))
    return hashlib.sha256(typed.encode("utf-8", "surrogatepass")).hexdigest()


def name_and_address() -> str:
    """Return both."""
    return f"{name()} {address()}"


def failed(answer: Response) -> bool:
    """Say whether a try counts."""
    return answer.status_code == 400


def held_back(limit: str) -> Callable[[RequestLimit], None]:
    """Return what counts a try that the limit of this name held back; the log calls it so."""
    return partial(_count_held, limit)


def _count_held(limit: str, _: RequestLimit) -> None:
    services().tries.note_held(limit)


def limit_tries(view: View) -> View:
    """Let *view* be tried only so often."""
    for called, most, key, exempt in (
        ("known_device", PER_KNOWN_DEVICE, device, is_strange),
        ("name_and_address", PER_NAME_AND_ADDRESS, name_and_address, is_known),
        ("name", PER_NAME, name, is_known),
        ("address", PER_ADDRESS, address, is_known),
    ):
        limit = limiter.limit(
            most, key_func=key, exempt_when=exempt, deduct_when=failed, on_breach=held_back(called)
        )
        view = cast("View", limit(view))
    return view


def sign_in() -> str:
    """Return what the proofs of a device that is signed in are counted by."""
    return f"sign-in {current_user.sign_in_id}"


def limit_proofs(view: View) -> View:
    """Let a device that is signed in be asked only so often who holds it."""
    limit = limiter.limit(PER_SIGN_IN, key_func=sign_in, deduct_when=failed, on_breach=held_back("sign_in"))
    return cast("View", limit(view))
