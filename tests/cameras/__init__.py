"""Cameras for tests: real RTSP servers of other projects, and ways to make them misbehave."""

from tests.cameras.filming import FilmingCamera, GstCamera, PipCamera, Sent
from tests.cameras.relay import RecordingRelay
from tests.cameras.strange import DeafPort, RedirectingCamera, SilentPort, closed_port

__all__ = [
    "DeafPort",
    "FilmingCamera",
    "GstCamera",
    "PipCamera",
    "RecordingRelay",
    "RedirectingCamera",
    "Sent",
    "SilentPort",
    "closed_port",
]
