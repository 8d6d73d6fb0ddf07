"""GStreamer's RTSP server as a camera; a program of its own, for the system's Python.

Standard input: one line of JSON (the fields of ``GstreamerSettings`` and ``port``),
then pictures, each as its length (4 bytes), its ticks (8 bytes) and its body. One line
of JSON on standard output says the port once it listens. It ends with its input.
With ``--check`` it only says what it would lack, and ends with 1 where that is something.
"""

import json
import os
import sys
import threading
from typing import Any, BinaryIO

import gi

for name in ("Gst", "GstRtsp", "GstRtspServer"):
    gi.require_version(name, "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402  # versions come first

TICKS_PER_SECOND = 90_000
ROLE = "viewer"

STREAM = "stream-format=byte-stream,alignment=au"
#: How each codec arrives, and how it is sent.
CAPS = {"h264": f"video/x-h264,{STREAM}", "h265": f"video/x-h265,{STREAM}", "jpeg": "image/jpeg"}
PAYLOADERS = {
    "h264": "h264parse config-interval=-1 ! rtph264pay pt=96",
    "h265": "h265parse config-interval=-1 ! rtph265pay pt=96",
    "jpeg": "jpegparse ! rtpjpegpay pt=26",
}
#: Every element that a stream may want.
PARTS = (
    *("appsrc", "h264parse", "rtph264pay", "h265parse", "rtph265pay", "jpegparse", "rtpjpegpay"),
    *("audiotestsrc", "alawenc", "rtppcmapay"),
)
SOUND = "audiotestsrc is-live=true wave=ticks ! alawenc ! rtppcmapay name=pay1 pt=8"


class Playroom:
    """The one stream on offer, shared by all who connect."""

    def __init__(self, settings: dict[str, Any]) -> None:
        codec = settings["codec"]
        video = (
            f"appsrc name=film is-live=true format=time caps={CAPS[codec]} ! {PAYLOADERS[codec]} name=pay0"
        )
        self.factory = GstRtspServer.RTSPMediaFactory(shared=True)
        self.factory.set_launch(f"( {video} {SOUND if settings['sound'] else ''} )")
        self.factory.connect("media-configure", self._configure)
        #: Each stream's appsrc, and its running time when the film began: unknown before the first picture.
        self._sources: dict[Any, int | None] = {}
        self._lock = threading.Lock()

    def _configure(self, _factory: Any, media: Any) -> None:
        source = media.get_element().get_by_name("film")
        with self._lock:
            self._sources[source] = None
        media.connect("unprepared", lambda _media: self._forget(source))

    def _forget(self, source: Any) -> None:
        with self._lock:
            self._sources.pop(source, None)

    def send(self, body: bytes, ticks: int) -> None:
        """Push one picture to every stream that is being prepared or played."""
        nanoseconds = ticks * Gst.SECOND // TICKS_PER_SECOND
        with self._lock:
            for source, known in self._sources.items():
                shift = _running_time(source) - nanoseconds if known is None else known
                self._sources[source] = shift
                picture = Gst.Buffer.new_wrapped(body)
                picture.pts = max(0, nanoseconds + shift)
                source.emit("push-buffer", picture)


def _running_time(source: Any) -> int:
    clock = source.get_clock()
    running: int = clock.get_time() - source.get_base_time() if clock else 0
    return running


def _authentication(settings: dict[str, Any], factory: Any) -> Any:
    """Return what asks for the login, if there is one, and speaks TLS, if there is a certificate."""
    authentication, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
    permissions = GstRtspServer.RTSPPermissions()
    token.set_string("media.factory.role", ROLE)
    for right in ("access", "construct"):
        permissions.add_permission_for_role(ROLE, f"media.factory.{right}", True)
    factory.set_permissions(permissions)
    if settings["user"]:
        authentication.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        authentication.add_digest(settings["user"], settings["password"], token)
    else:
        authentication.set_default_token(token)
    if settings["certificate"]:
        files = settings["certificate"], settings["certificate_key"]
        authentication.set_tls_certificate(Gio.TlsCertificate.new_from_files(*files))
    return authentication


def _feed(pictures: BinaryIO, playroom: Playroom) -> None:
    while len(head := pictures.read(12)) == 12:
        body = pictures.read(int.from_bytes(head[:4], "big"))
        playroom.send(body, int.from_bytes(head[4:], "big"))
    os._exit(0)  # GLib's loop runs in the main thread and would go on


def _lacking() -> list[str]:
    """Return what a stream would want and the system has not; without TLS no ``rtsps``."""
    parts = [name for name in PARTS if Gst.ElementFactory.find(name) is None]
    return parts if Gio.TlsBackend.get_default().supports_tls() else [*parts, "TLS"]


def main() -> None:
    """Serve until the input ends."""
    Gst.init(None)
    if "--check" in sys.argv:
        sys.exit(" ".join(_lacking()) or None)
    settings = json.loads(sys.stdin.buffer.readline())
    playroom = Playroom(settings)
    server = GstRtspServer.RTSPServer(address="127.0.0.1", service=str(settings["port"]))
    server.get_mount_points().add_factory(settings["path"], playroom.factory)
    if settings["user"] or settings["certificate"]:
        server.set_auth(_authentication(settings, playroom.factory))
    if not server.attach(None):
        sys.exit("cannot listen")
    sys.stdout.write(json.dumps({"port": server.get_bound_port()}) + "\n")
    sys.stdout.flush()
    threading.Thread(target=_feed, args=(sys.stdin.buffer, playroom), daemon=True).start()
    GLib.MainLoop().run()


main()
