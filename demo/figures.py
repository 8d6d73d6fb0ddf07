"""Who plays in the rendered room: felt animals in smocks, that nobody takes for children."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from demo.planes import OVERSIZE, Colour, Sprite
from streaming.frames import Plane

#: Steps of a walk that are painted; the last leads to the first again.
STEPS = 8

#: A figure is painted on a card of these proportions, as shares of its height.
CARD_WIDTH = 0.7

Paint = tuple[int, int, int]  # blue, green, red

FURS: tuple[Paint, ...] = (
    (120, 170, 215), (95, 130, 175), (205, 215, 225), (150, 160, 170), (70, 95, 140), (165, 195, 235),
)  # fmt: skip
SMOCKS: tuple[Paint, ...] = (
    (90, 90, 220), (80, 170, 240), (110, 200, 235), (120, 180, 95), (190, 150, 70), (175, 110, 160),
    (150, 140, 235), (170, 185, 60),
)  # fmt: skip
INK: Paint = (45, 45, 60)
SHADOW: Paint = (95, 132, 165)
EARS = ("bear", "rabbit", "cat")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one figure looks."""

    fur: Paint
    smock: Paint
    ears: str


def kinds(number: int, generator: np.random.Generator) -> list[Kind]:
    """Return *number* kinds, no two smocks alike while there are enough."""
    smocks = generator.permutation(len(SMOCKS))
    return [
        Kind(
            FURS[int(generator.integers(len(FURS)))],
            SMOCKS[int(smocks[which % len(SMOCKS)])],
            EARS[which % len(EARS)],
        )
        for which in range(number)
    ]


def walk(kind: Kind, height: int) -> list[list[Sprite]]:
    """Return the figure as it walks, *height* pixels tall: to the right, then to the left."""
    cards = [_Card(kind, height * OVERSIZE, 2 * math.pi * step / STEPS) for step in range(STEPS)]
    to_right = [Sprite(card.painting, card.shape) for card in cards]
    to_left = [Sprite(card.painting[:, ::-1].copy(), card.shape[:, ::-1].copy()) for card in cards]
    return [to_right, to_left]


class _Card:
    """One step of one figure, painted; places are shares of the card's height, x from its middle."""

    def __init__(self, kind: Kind, height: int, phase: float) -> None:
        self._height = height
        width = int(height * CARD_WIDTH)
        self.painting: Colour = np.full((height, width, 3), INK, np.uint8)
        self.shape: Plane = np.zeros((height, width), np.uint8)
        self._paint(kind, math.sin(phase), 0.012 * abs(math.cos(phase)))

    def _paint(self, kind: Kind, swing: float, lift: float) -> None:
        self._oval(0.0, 0.955, 0.2, 0.035, SHADOW, outlined=False)
        for side in (-1, 1):
            foot = side * 0.07 + side * 0.07 * swing
            self._limb((side * 0.07, 0.75), (foot, 0.92), 0.075, kind.fur)
        self._limb((-0.15, 0.55 - lift), (-0.21, 0.66 + 0.07 * swing), 0.06, kind.fur)
        self._oval(0.0, 0.66 - lift, 0.175, 0.2, kind.smock)
        self._limb((0.13, 0.56 - lift), (0.2, 0.66 - 0.08 * swing), 0.06, kind.fur)
        self._ears(kind, lift)
        self._oval(0.0, 0.3 - lift, 0.2, 0.18, kind.fur)
        self._face(lift, _lighter(kind.fur))
        self._oval(0.0, 0.64 - lift, 0.06, 0.05, _lighter(kind.smock), outlined=False)

    def _ears(self, kind: Kind, lift: float) -> None:
        for side in (-1, 1):
            if kind.ears == "rabbit":
                self._oval(side * 0.09, 0.12 - lift, 0.045, 0.11, kind.fur)
                self._oval(side * 0.09, 0.12 - lift, 0.02, 0.08, (170, 175, 240), outlined=False)
            elif kind.ears == "bear":
                self._oval(side * 0.15, 0.16 - lift, 0.065, 0.065, kind.fur)
                self._oval(side * 0.15, 0.16 - lift, 0.035, 0.035, _lighter(kind.fur), outlined=False)
            else:
                tip = [(side * 0.19, 0.04), (side * 0.05, 0.15), (side * 0.19, 0.25)]
                self._area([(x, y - lift) for x, y in tip], kind.fur)

    def _face(self, lift: float, muzzle: Paint) -> None:
        """Looking a little to the right, where the figure goes."""
        self._oval(0.045, 0.355 - lift, 0.085, 0.06, muzzle, outlined=False)
        for x in (-0.03, 0.12):
            self._oval(x, 0.28 - lift, 0.02, 0.025, INK, outlined=False)
        self._oval(0.045, 0.33 - lift, 0.025, 0.016, INK, outlined=False)

    def _spot(self, x: float, y: float) -> tuple[int, int]:
        return int(self.shape.shape[1] / 2 + x * self._height), int(y * self._height)

    def _oval(
        self, x: float, y: float, across: float, down: float, paint: Paint, *, outlined: bool = True
    ) -> None:
        outline = self._outline() if outlined else 0
        for onto, ink, more in ((self.painting, paint, 0), (self.shape, 255, outline)):
            axes = (int(across * self._height) + more, int(down * self._height) + more)
            if outlined and onto is self.painting:
                cv2.ellipse(
                    onto, self._spot(x, y), (axes[0] + outline, axes[1] + outline), 0, 0, 360, INK, -1
                )
            cv2.ellipse(onto, self._spot(x, y), axes, 0, 0, 360, ink, -1)

    def _limb(self, start: tuple[float, float], end: tuple[float, float], thick: float, paint: Paint) -> None:
        inner = max(1, int(thick * self._height))
        outer = inner + 2 * self._outline()
        for onto, ink, thickness in (
            (self.painting, INK, outer),
            (self.painting, paint, inner),
            (self.shape, 255, outer),
        ):
            cv2.line(onto, self._spot(*start), self._spot(*end), ink, thickness)

    def _area(self, corners: list[tuple[float, float]], paint: Paint) -> None:
        spots = np.array([self._spot(*corner) for corner in corners], np.int32)
        cv2.fillPoly(self.painting, [spots], paint)
        cv2.polylines(self.painting, [spots], True, INK, 2 * self._outline())
        cv2.fillPoly(self.shape, [spots], 255)
        cv2.polylines(self.shape, [spots], True, 255, 2 * self._outline())

    def _outline(self) -> int:
        return max(1, self._height // 90)


def _lighter(paint: Paint) -> Paint:
    blue, green, red = (part + (255 - part) * 2 // 5 for part in paint)
    return blue, green, red
