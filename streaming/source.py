"""Read a camera: an address in, decoded pictures out, until something is wrong with it.

PyAV does the work. Its exceptions carry the address with its password, so none of them
gets out of here: only a state does. What a blocked read cannot do, ending by itself, is
the process's to do (:mod:`streaming.camera`).
"""

import errno
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import av
from av.container import InputContainer
from av.error import ExitError, FFmpegError, HTTPClientError, HTTPUnauthorizedError, InvalidDataError
from av.video.stream import VideoStream

from streaming.describe import describe
from streaming.errors import SourceLost, SourceRefused
from streaming.reach import LookUp, Ranges, connections, look_up
from streaming.rtsp_url import RtspUrl
from streaming.states import CameraState

#: Names of what we decode, as FFmpeg writes them.
CODECS = ("h264", "hevc", "mjpeg")

OPEN_SECONDS = 5.0
#: On a running stream FFmpeg waits twice as long as this: measured, 1.5 s took 3.0.
READ_SECONDS = 1.0

#: Tried one by one: FFmpeg says nothing of an option it does not know.
OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",  # otherwise it asks for the sound as well
    "protocol_whitelist": "rtsp,rtp,tcp",
    "codec_whitelist": ",".join(CODECS),
    "probesize": "200000",
    "analyzeduration": "500000",
    "max_delay": "200000",
}
SECURE_OPTIONS = {"protocol_whitelist": "rtsp,rtp,tcp,tls", "tls_verify": "1"}

#: Of a side: no camera of a school has more, and a few bytes may claim any size.
LARGEST_SIDE = 4096


def pictures(address: str, reachable: Ranges, *, look_up: LookUp = look_up) -> Iterator[av.VideoFrame | None]:
    """Yield the pictures of the camera at *address* as they come; None where data held no picture.

    Ends only by raising: a live camera does not end.

    Raises:
        SourceRefused: the camera cannot be used as it is.
        SourceLost: it is not there, or there no more.
    """
    url = describe(address, reachable, look_up=look_up)
    with _opened(url) as container:
        yield from _decoded(container, _video(container))
    raise SourceLost(CameraState.ENDED)


def options_for(url: RtspUrl) -> dict[str, str]:
    """Return how FFmpeg is to open *url*, whose host is an address by now: a certificate is a name's."""
    if not url.secure:
        return OPTIONS
    authorities = ssl.get_default_verify_paths().cafile
    named = {"verifyhost": url.name, **({"ca_file": authorities} if authorities else {})}
    return {**OPTIONS, **SECURE_OPTIONS, **named}


@contextmanager
def _opened(url: RtspUrl) -> Iterator[InputContainer]:
    before = connections()
    try:
        container = av.open(
            url.text, format="rtsp", options=options_for(url), timeout=(OPEN_SECONDS, READ_SECONDS)
        )
    except FFmpegError as fault:
        raise _named(fault) from None
    with container:
        # FFmpeg follows a redirect that comes after our own questions: of what it leads to, no picture.
        if {peer for _, peer in connections() - before} != {(url.host, url.port)}:
            raise SourceRefused(CameraState.REDIRECTED)
        yield container


def _video(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise SourceRefused(CameraState.NOT_VIDEO)
    video = container.streams.video[0]
    if video.codec_context is None or video.codec_context.name not in CODECS:
        raise SourceRefused(CameraState.UNSUPPORTED_CODEC)
    video.thread_type = "NONE"  # threads delay each picture by their number
    video.codec_context.thread_count = 1
    return video


def _decoded(container: InputContainer, video: VideoStream) -> Iterator[av.VideoFrame | None]:
    try:
        for packet in container.demux(video):
            if packet.size == 0:
                continue  # the end, which the caller names
            try:
                found = packet.decode()
            except InvalidDataError:  # damaged, or from before the first key frame
                found = []
            good = [frame for frame in found if isinstance(frame, av.VideoFrame) and _is_good(frame)]
            if not good:
                yield None
            yield from good
    except FFmpegError as fault:
        raise _named(fault) from None


def _is_good(frame: av.VideoFrame) -> bool:
    """Say whether *frame* is whole and has its time; a first one from GStreamer has none."""
    if max(frame.width, frame.height) > LARGEST_SIDE:
        raise SourceRefused(CameraState.UNSUPPORTED_CODEC)
    return not frame.is_corrupt and frame.pts is not None and frame.time_base is not None


def _named(fault: FFmpegError) -> SourceLost | SourceRefused:
    """Return what *fault* means, by its kind alone: its text holds the address."""
    if isinstance(fault, HTTPUnauthorizedError):
        return SourceRefused(CameraState.WRONG_PASSWORD)
    if isinstance(fault, ExitError) or fault.errno == errno.ETIMEDOUT:  # how FFmpeg says "timed out"
        return SourceLost(CameraState.STALLED)
    if isinstance(fault, HTTPClientError) or fault.errno == errno.ECONNREFUSED:
        return SourceRefused(CameraState.REFUSED)
    # The confinement lets it go to no other port; and a PLAY that is sent elsewhere ends in EPERM.
    if fault.errno in {errno.EACCES, errno.EPERM}:
        return SourceRefused(CameraState.REDIRECTED)
    if fault.errno in {errno.EHOSTUNREACH, errno.ENETUNREACH}:
        return SourceLost(CameraState.NO_ROUTE)
    return SourceLost(CameraState.ENDED)
