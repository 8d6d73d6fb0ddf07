"""A web process that gives nobody much time; for :mod:`tests.app.test_worker`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.nameless import leave_out_server_name
from app.patient import PatientWorker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

leave_out_server_name()


class HastyWorker(PatientWorker):
    """The portal's worker, with seconds where that one has more."""

    request_seconds = 2.0
    stall_seconds = 1.0


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer ``/large`` with more than any buffer holds, and all else with what was sent."""
    sent = environ["wsgi.input"].read()
    answer = bytes(16_000_000) if environ["PATH_INFO"] == "/large" else sent or b"nothing"
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
