"""What reads the pictures that a guardian got reads all of them, and of a torn segment what came."""

from fractions import Fraction
from io import BytesIO

import av
import numpy as np
import pytest

from demo.barcode import Barcodes, write_barcodes
from tests.e2e.pictures import counters, read_all
from tests.e2e.reader import Reader

FIRST, PICTURES = 700, 15
SEGMENT, INIT = "/live/v/main/7.m4s", "/live/v/main/1.init.mp4"


@pytest.fixture(scope="module")
def film() -> bytes:
    """One second of H.264 as fragmented MP4, each picture with its counter."""
    file = BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(file, "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=15, options={"tune": "zerolatency", "g": "15"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(PICTURES):
            luma = np.full((360, 640), 90 + number, np.uint8)
            write_barcodes(luma, Barcodes(number, FIRST + number))
            planes = np.vstack((luma, np.full((180, 640), 128, np.uint8)))
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 15)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def test_every_picture_of_a_whole_segment_is_read(film: bytes) -> None:
    assert [picture.counter for picture in read_all(film)] == list(range(FIRST, FIRST + PICTURES))


def test_what_came_of_a_torn_segment_is_read(film: bytes) -> None:
    begin = film.index(b"moof") - 4
    reader = Reader(0, "", bodies={INIT: film[:begin]})
    for share in (0.1, 0.5, 0.9):
        reader.torn = [(SEGMENT, film[begin : begin + int(share * (len(film) - begin))])]

        found = counters(reader)

        assert found <= set(range(FIRST, FIRST + PICTURES))
        assert len(found) >= (share - 0.1) * PICTURES - 2


def test_of_a_segment_that_hardly_began_nothing_is_read(film: bytes) -> None:
    begin = film.index(b"moof") - 4
    reader = Reader(0, "", bodies={INIT: film[:begin]}, torn=[(SEGMENT, film[begin : begin + 30])])

    assert counters(reader) == set()
