"""Hide what guardians must not see, before anything is encoded.

Second stage of the pipeline: a ``RawFrame`` in, a ``SafeFrame`` out or nothing. The
encoder takes only ``SafeFrame`` and only this module makes one, so a picture cannot
reach a playlist unfiltered. Any doubt hides more, never less.

A mask is flat grey on all three planes: blurred and pixelated faces can still be
recognised by a trained network (McPherson, Shokri and Shmatikov, 2016, arXiv:1609.00408),
and colour alone would show who moves behind a mask on the luma plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import av
import numpy as np

from streaming.frames import RawFrame, planes
from streaming.privacy.masks import Cover, Polygon, checked_mask, chroma_of, cover

GREY = 128

#: Only at these levels is there a picture: nothing here can hide faces or people yet. The second is what
#: staff alone see, to set a camera up; masks are painted there too.
SHOWN = frozenset({"clear", "setup"})

_MAKER = object()


@dataclass(frozen=True, slots=True)
class SafeFrame:
    """A picture fit to be shown. Made only by :class:`PrivacyFilter`.

    Args:
        picture: yuv420p, its planes not shared with any decoder.
        ticks: as in ``RawFrame``.
        maker: the token of this module.
    """

    picture: av.VideoFrame
    ticks: int
    maker: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.maker is not _MAKER:
            raise TypeError("only the privacy filter makes a SafeFrame")


class PrivacyFilter:
    """Hide the school's masks, always.

    Args:
        masks: polygons that are always hidden, such as a changing area.
        level: the privacy level asked for.

    Raises:
        BadMask: a mask cannot be understood; nothing may be shown without it.
    """

    def __init__(self, *, masks: Sequence[Polygon], level: str) -> None:
        self._masks = [checked_mask(mask) for mask in masks]
        self._level = level
        self._covers: tuple[Cover, Cover] | None = None  # of luma and of chroma, for the present size

    def apply(self, frame: RawFrame) -> SafeFrame | None:
        """Return *frame* with its masks painted, or None where the level allows no picture."""
        if self._level not in SHOWN:
            return None
        picture = _as_i420(frame.picture)
        # Decoders predict later pictures from this one: painting it in place would
        # smear grey over them, and a fresh copy costs a fifth of a millisecond.
        picture.make_writable()
        if self._masks:
            self._paint(picture)
        return SafeFrame(picture, frame.ticks, _MAKER)

    def _paint(self, picture: av.VideoFrame) -> None:
        shape = (picture.height, picture.width)
        if self._covers is None or self._covers[0].shape != shape:
            touched = cover(self._masks, height=picture.height, width=picture.width)
            self._covers = touched, chroma_of(touched)
        luma, chroma = self._covers
        for plane, hidden in zip(planes(picture), (luma, chroma, chroma), strict=True):
            np.copyto(plane, np.uint8(GREY), where=hidden)


def _as_i420(picture: av.VideoFrame) -> av.VideoFrame:
    return picture if picture.format.name == "yuv420p" else picture.reformat(format="yuv420p")
