"""A playroom that does not exist, as a camera in it would film it.

Felt animals walk about under a clock that tells the true time, and every picture
carries two barcodes: when it was drawn, and its counter. So a demo shows something
alive with nobody in it, and a test can prove of any picture when it was filmed.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import cv2
import numpy as np

from demo.barcode import Barcodes, barcode_lines, milliseconds_of, read_barcodes, write_barcodes
from demo.figures import STEPS, kinds, walk
from demo.planes import Planes, Sprite, new_planes, planes_of
from demo.room import CLOCK, CLOCK_RADIUS, FLOOR, HEIGHT, PANEL, WIDTH, paint_room

__all__ = ["Barcodes", "Scene", "new_planes", "read_barcodes"]

FIGURES = 8
#: How tall a figure is at the back of the room and at the front, of 720 lines.
FAR_TALL, NEAR_TALL = 130, 235

INK, LIT, SECOND_HAND = 60, 210, 110


@dataclass(frozen=True, slots=True)
class _Player:
    """One figure and the loop it walks; angles in radians, speeds per second."""

    steps: list[list[Sprite]]
    across: float
    across_speed: float
    depth: float
    stands: int
    tall: float

    def place(self, seconds: float) -> tuple[float, bool]:
        """Return where it is, as a share of the way across, and whether it goes right."""
        angle = self.across + seconds * self.across_speed
        return 0.5 + 0.43 * math.sin(angle), math.cos(angle) * self.across_speed > 0


class Scene:
    """A room with figures in it, drawn on I420 planes.

    Args:
        width: even.
        height: even, 96 at the least for the barcodes to be read.
        seed: what lies where, and who plays; the same seed draws the same room.
        zone: of the room's clocks.
    """

    def __init__(self, width: int, height: int, seed: int = 1, *, zone: tzinfo = UTC) -> None:
        if width % 2 or height % 2 or height < 96:
            raise ValueError(f"not a size to film in: {width} x {height}")
        generator = np.random.default_rng(seed)
        self.width, self.height = width, height
        self._zone = zone
        self._room = planes_of(paint_room(width, height, generator))
        for chroma in (self._room.u, self._room.v):
            chroma[: (barcode_lines(height) + 1) // 2] = 128
        self._players = self._gather(generator)

    def _gather(self, generator: np.random.Generator) -> list[_Player]:
        """Return the players, those at the back first: they are drawn in this order."""
        depths = (np.arange(FIGURES) + 0.5) / FIGURES
        players = []
        for kind, depth in zip(kinds(FIGURES, generator), depths, strict=True):
            tall = (FAR_TALL + (NEAR_TALL - FAR_TALL) * depth) * self.height / HEIGHT
            stands = (FLOOR + 70 + (HEIGHT - FLOOR - 90) * depth) * self.height / HEIGHT
            speed = float(generator.uniform(0.1, 0.22) * generator.choice((-1, 1)))
            across = float(generator.uniform(0, 2 * math.pi))
            players.append(_Player(walk(kind, round(tall)), across, speed, float(depth), round(stands), tall))
        return players

    def draw(self, planes: Planes, instant: datetime, counter: int) -> None:
        """Draw the room as it is at *instant*, aware, over all of *planes*.

        Args:
            planes: of this scene's size; every sample is written.
            instant: shown by the clocks, and burnt in.
            counter: of the picture, burnt in.
        """
        for plane, empty in zip(planes, self._room, strict=True):
            np.copyto(plane, empty)
        self._draw_clocks(planes, instant.astimezone(self._zone))
        seconds = instant.timestamp()
        for player in self._players:
            self._draw_player(planes, player, seconds)
        write_barcodes(planes.luma, Barcodes(milliseconds_of(instant), counter))

    def _draw_player(self, planes: Planes, player: _Player, seconds: float) -> None:
        across, to_right = player.place(seconds)
        step = int(abs(across) * self.width / player.tall * 2.2 * STEPS) % STEPS
        hop = abs(math.sin(seconds * 2.5 + player.across)) * 0.03 * player.tall
        sprite = player.steps[0 if to_right else 1][step]
        left = round(across * self.width - sprite.columns / 2)
        sprite.copy_onto(planes, left, round(player.stands - sprite.rows * 0.96 - hop))

    def _draw_clocks(self, planes: Planes, local: datetime) -> None:
        across, down = self.width / WIDTH, self.height / HEIGHT
        middle = (round(CLOCK[0] * across), round(CLOCK[1] * down))
        seconds = local.second + local.microsecond / 1e6
        hands = (
            ((local.hour % 12 + local.minute / 60) / 12, 0.5, 6, INK),
            ((local.minute + seconds / 60) / 60, 0.75, 4, INK),
            (seconds / 60, 0.85, 2, SECOND_HAND),
        )
        for turn, reach, thick, ink in hands:
            angle, length = 2 * math.pi * turn, reach * CLOCK_RADIUS
            end = (
                round(middle[0] + length * math.sin(angle) * across),
                round(middle[1] - length * math.cos(angle) * down),
            )
            cv2.line(planes.luma, middle, end, ink, max(1, round(thick * down)), cv2.LINE_AA)
        (left, _), (_, bottom) = PANEL
        told = f"{local:%H:%M:%S}.{local.microsecond // 100_000}"
        start = (round((left + 16) * across), round((bottom - 12) * down))
        cv2.putText(
            planes.luma,
            told,
            start,
            cv2.FONT_HERSHEY_DUPLEX,
            1.15 * down,
            LIT,
            max(1, round(2 * down)),
            cv2.LINE_AA,
        )
