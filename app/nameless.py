"""Serve without saying what serves.

gunicorn has no setting for it and puts its name on every answer, so the one place
that writes the header is told to leave it out. Called where gunicorn is configured.
"""

from collections.abc import Callable

from gunicorn.http.wsgi import Response


def leave_out_server_name() -> None:
    """Keep gunicorn from naming itself in any answer of this process and its children."""
    Response.default_headers = _without_server(Response.default_headers)


def _without_server(headers: Callable[[Response], list[str]]) -> Callable[[Response], list[str]]:
    def kept(response: Response) -> list[str]:
        return [line for line in headers(response) if not line.startswith("Server:")]

    return kept
