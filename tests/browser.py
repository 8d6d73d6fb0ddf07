"""A browser of one person, in-process, and what it was answered."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

#: What may differ between two answers that are otherwise the same.
TIMELY = frozenset({"Date"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body: two that are equal cannot be told apart."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    json: Any = None

    def header(self, name: str) -> str | None:
        """Return the header *name*, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Browser:
    """Sends cookies and form tokens as a browser would."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self._app = app
        #: Where it asks from.
        self.address = "127.0.0.1"
        self._client: FlaskClient = app.test_client()
        if token is not None:
            self._client.set_cookie("__Host-sign-in", token, secure=True, httponly=True)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """Send a form of ours, with its token, from our own page."""
        fields = {"csrf_token": self.form_token(), **(form or {})}
        headers.setdefault("Sec_Fetch_Site", "same-origin")
        return self.ask("POST", path, fields, **headers)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """Send any request; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, path, data=form, headers=named)

    def send(self, method: str, path: str, **sent: Any) -> Answer:
        """Send any request, with what werkzeug's client takes."""
        answer = self._client.open(
            path, method=method, buffered=True, environ_base={"REMOTE_ADDR": self.address}, **sent
        )
        kept = tuple((name, value) for name, value in answer.headers if name not in TIMELY)
        return Answer(answer.status_code, kept, answer.data, answer.get_json(silent=True))

    def form_token(self) -> str:
        """Return a token for the forms of this browser."""
        with self._client.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", secrets.token_hex(20))
        assert self._app.secret_key is not None
        return str(URLSafeTimedSerializer(self._app.secret_key, salt="wtf-csrf-token").dumps(raw))

    def cookie(self, name: str) -> str | None:
        """Return a cookie that the browser holds."""
        found = self._client.get_cookie(name)
        return found.value if found else None
