"""How often somebody may try to sign in.

Only tries that failed count, and only for a minute or a few. That is no defence against
somebody who wants a family locked out: thirty wrong tries for their name from several
addresses, or sixty from their own network, keep them from signing in for five minutes.
Who is signed in already is not touched by it.
"""

import hashlib

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from access.sign_ins import folded_name
from app.security import viewer_address
from app.services import services

#: Per name from one address, per name from anywhere, per address.
PER_NAME_AND_ADDRESS = "5 per minute"
PER_NAME = "30 per 5 minutes"
PER_ADDRESS = "60 per 5 minutes"

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", strategy="moving-window")


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
