"""What a camera answers to a question in RTSP, and how one proves who one is. Pure.

Source:
    RFC 2326 (RTSP), RFC 7616 (Digest), RFC 7617 (Basic), RFC 8866 (SDP).
"""

import base64
import hashlib
import re
from dataclasses import dataclass

from streaming.errors import SourceRefused
from streaming.rtsp_url import RtspUrl
from streaming.states import CameraState

#: Names of what we decode, as SDP writes them.
CODECS = {"H264", "H265", "JPEG"}

#: RFC 3551: this payload type is JPEG without a word more.
_JPEG_PAYLOAD = "26"

_STATUS_LINE = re.compile(rb"RTSP/\d\.\d (\d{3})(?: .*)?")
_PARAMETER = re.compile(r'([a-z-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))', re.IGNORECASE)
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and the headers by lower-case name, several of a name in order."""

    status: int
    headers: dict[str, tuple[str, ...]]

    @property
    def body_bytes(self) -> int:
        """How many bytes of body follow; none where it says nothing sensible."""
        length = self.headers.get("content-length", ("0",))[0]
        return int(length) if re.fullmatch(r"\d{1,9}", length) else 0


def read_head(head: bytes) -> Answer:
    """Return the answer whose head, up to its empty line, is *head*.

    Raises:
        SourceRefused: what answered does not speak RTSP.
    """
    first, *lines = head.split(b"\r\n")
    status = _STATUS_LINE.fullmatch(first)
    if not status:
        raise SourceRefused(CameraState.NOT_VIDEO)
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, _, value = line.decode("latin-1").partition(":")
        name = name.strip().lower()
        headers[name] = (*headers.get(name, ()), value.strip())
    return Answer(int(status[1]), headers)


def credentials(answer: Answer, method: str, url: RtspUrl) -> str | None:
    """Return the ``Authorization`` that *answer* asks for, Digest before Basic; None where we know no way."""
    challenges = answer.headers.get("www-authenticate", ())
    for challenge in challenges:
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() == "digest":
            parameters = {name.lower(): a or b for name, a, b in _PARAMETER.findall(rest)}
            if proof := _digest(parameters, method, url):
                return proof
    if any(challenge.lower().startswith("basic") for challenge in challenges):
        return "Basic " + base64.b64encode(f"{url.user}:{url.password}".encode()).decode()
    return None


def _digest(parameters: dict[str, str], method: str, url: RtspUrl) -> str | None:
    algorithm = parameters.get("algorithm", "MD5").upper()
    if algorithm not in _HASHES or "nonce" not in parameters:
        return None
    realm, nonce = parameters.get("realm", ""), parameters["nonce"]

    def hashed(text: str) -> str:
        return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()

    secret, question = hashed(f"{url.user}:{realm}:{url.password}"), hashed(f"{method}:{url.target}")
    fields = {"username": url.user, "realm": realm, "nonce": nonce, "uri": url.target}
    if "auth" in [word.strip() for word in parameters.get("qop", "").split(",")]:
        client = hashed(f"{nonce}:{secret}")[:16]
        fields["response"] = hashed(f"{secret}:{nonce}:00000001:{client}:auth:{question}")
        bare = f', qop=auth, nc=00000001, cnonce="{client}"'
    else:
        fields["response"], bare = hashed(f"{secret}:{nonce}:{question}"), ""
    if "algorithm" in parameters:
        bare += f", algorithm={algorithm}"
    if "opaque" in parameters:
        fields["opaque"] = parameters["opaque"]
    return "Digest " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in fields.items()) + bare


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def check_offer(description: str) -> None:
    """Check that a session *description* offers video that we decode.

    Raises:
        SourceRefused: no video, or none that we decode.
    """
    media = re.split(r"^m=", description, flags=re.MULTILINE)[1:]
    videos = [section for section in media if section.startswith("video ")]
    if not videos:
        raise SourceRefused(CameraState.NOT_VIDEO)
    if not any(_codecs(video) & CODECS for video in videos):
        raise SourceRefused(CameraState.UNSUPPORTED_CODEC)


def _codecs(video: str) -> set[str]:
    named = re.findall(r"^a=rtpmap:\d+ +([^/\s]+)/", video, flags=re.MULTILINE)
    payloads = video.splitlines()[0].split()[3:]
    return {name.upper() for name in named} | ({"JPEG"} if _JPEG_PAYLOAD in payloads else set())
