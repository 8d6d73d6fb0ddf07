"""Write fragmented MP4: one H.264 track, an init section and one fragment per segment.

Pure: bytes in, bytes out. libavformat is not used, because it repeats the movie header
and restarts the decode time in each file.

Source:
    ISO/IEC 14496-12 (boxes), 14496-15 section 5 (``avcC``), 23000-19 (CMAF).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streaming.ticks import TICKS_PER_SECOND

#: Kinds of NAL unit that belong in the init section, or nowhere: SPS, PPS, access unit delimiter.
SPS, PPS, DELIMITER = 7, 8, 9

_KEY, _NOT_KEY = 0x02000000, 0x01010000
_UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Sample:
    """One encoded picture: NAL units with their lengths, and how long it is shown."""

    body: bytes
    duration_ticks: int
    is_key: bool


def nal_units(annex_b: bytes) -> Iterator[bytes]:
    """Yield the NAL units of a byte stream with start codes."""
    at = annex_b.find(b"\0\0\1")
    while at >= 0:
        following = annex_b.find(b"\0\0\1", at + 3)
        unit = annex_b[at + 3 : following if following >= 0 else None].rstrip(b"\0")
        if unit:
            yield unit
        at = following


def sample_body(annex_b: bytes) -> bytes:
    """Return *annex_b* with lengths for start codes, without what the init section holds."""
    units = (unit for unit in nal_units(annex_b) if unit[0] & 31 not in (SPS, PPS, DELIMITER))
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in units)


def init_section(*, width: int, height: int, extradata: bytes) -> bytes:
    """Return the init section of a track.

    Args:
        extradata: the encoder's parameter sets, with start codes.
    """
    kinds = {unit[0] & 31: unit for unit in nal_units(extradata)}
    entry = _box(
        b"avc1",
        struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1),
        _box(b"avcC", _avcc(kinds[SPS], kinds[PPS])),
        _box(b"colr", b"nclx" + struct.pack(">HHHB", 1, 1, 1, 0)),
    )
    table = _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        *(_full(kind, bytes(4)) for kind in (b"stts", b"stsc")),
        _full(b"stsz", bytes(8)),
        _full(b"stco", bytes(4)),
    )
    data = _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1)))
    media = _box(
        b"mdia",
        _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, TICKS_PER_SECOND, 0, 0x55C4, 0)),
        _full(b"hdlr", b"\0\0\0\0vide" + bytes(12) + b"picture\0"),
        _box(b"minf", _full(b"vmhd", bytes(8), flags=1), data, table),
    )
    shown = struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, 0, 0, 0, 0, 0)
    track = _full(b"tkhd", shown, _UNITY, struct.pack(">II", width << 16, height << 16), flags=3)
    movie = struct.pack(">IIIIIH10x", 0, 0, TICKS_PER_SECOND, 0, 0x10000, 0x100)
    return _box(b"ftyp", b"iso6", struct.pack(">I", 1), b"iso6cmfcmp41") + _box(
        b"moov",
        _full(b"mvhd", movie, _UNITY, bytes(24), struct.pack(">I", 2)),
        _box(b"trak", track, media),
        _box(b"mvex", _full(b"trex", struct.pack(">IIIII", 1, 1, 0, 0, 0))),
    )


def fragment(*, sequence: int, decode_ticks: int, samples: Sequence[Sample]) -> bytes:
    """Return one segment: *samples*, the first of which is decoded at *decode_ticks*."""
    rows = b"".join(
        struct.pack(">III", sample.duration_ticks, len(sample.body), _KEY if sample.is_key else _NOT_KEY)
        for sample in samples
    )

    def described(data_offset: int) -> bytes:
        return _box(
            b"moof",
            _full(b"mfhd", struct.pack(">I", sequence % 2**32)),
            _box(
                b"traf",
                _full(b"tfhd", struct.pack(">I", 1), flags=0x020000),
                _full(b"tfdt", struct.pack(">Q", decode_ticks), version=1),
                _full(b"trun", struct.pack(">Ii", len(samples), data_offset), rows, flags=0x000701),
            ),
        )

    body = _box(b"mdat", *(sample.body for sample in samples))
    return described(len(described(0)) + 8) + body


def _avcc(sps: bytes, pps: bytes) -> bytes:
    return (
        b"\1"
        + sps[1:4]
        + b"\xff\xe1"
        + struct.pack(">H", len(sps))
        + sps
        + b"\1"
        + struct.pack(">H", len(pps))
        + pps
    )


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)
