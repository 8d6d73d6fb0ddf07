"""The playroom itself, painted once: wall, window, shelves, floor, rug and toys.

Places are given for a picture 1280 wide and 720 high and scaled to any other.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from demo.figures import Paint
from demo.planes import Colour

WIDTH, HEIGHT = 1280, 720
#: Where the wall meets the floor.
FLOOR = 340
#: Middle and radius of the wall clock, and the corners of the digital one.
CLOCK, CLOCK_RADIUS = (640, 152), 66
PANEL = ((526, 238), (754, 284))

OVERSIZE = 2

WALL: Paint = (200, 226, 246)
WOOD: Paint = (110, 160, 205)
DARK_WOOD: Paint = (80, 125, 170)
WHITE: Paint = (244, 248, 250)
INK: Paint = (70, 75, 95)
BRIGHT: tuple[Paint, ...] = (
    (90, 90, 225), (85, 175, 240), (120, 205, 240), (125, 185, 105), (195, 150, 75), (180, 120, 165),
)  # fmt: skip


def paint_room(width: int, height: int, generator: np.random.Generator) -> Colour:
    """Return the room without anybody in it, shape (height, width, 3)."""
    brush = _Brush(width, height)
    _wall(brush)
    _floor(brush, generator)
    _window(brush)
    _shelves(brush, generator)
    _clock(brush)
    _rug(brush)
    _table(brush)
    _toys(brush, generator)
    painted: Colour = cv2.resize(brush.canvas, (width, height), interpolation=cv2.INTER_AREA)
    return painted


class _Brush:
    """Paints on a canvas twice too large, in places of a 1280 × 720 picture."""

    def __init__(self, width: int, height: int) -> None:
        self._across, self._down = OVERSIZE * width / WIDTH, OVERSIZE * height / HEIGHT
        self.canvas: Colour = np.full((height * OVERSIZE, width * OVERSIZE, 3), WALL, np.uint8)

    def spot(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self._across), round(y * self._down)

    def box(self, left: float, top: float, right: float, bottom: float, paint: Paint) -> None:
        cv2.rectangle(self.canvas, self.spot(left, top), self.spot(right, bottom), paint, -1, cv2.LINE_AA)

    def oval(self, x: float, y: float, across: float, down: float, paint: Paint) -> None:
        axes = self.spot(across, down)
        cv2.ellipse(self.canvas, self.spot(x, y), axes, 0, 0, 360, paint, -1, cv2.LINE_AA)

    def line(self, start: tuple[float, float], end: tuple[float, float], thick: float, paint: Paint) -> None:
        thickness = max(1, round(thick * self._down))
        cv2.line(self.canvas, self.spot(*start), self.spot(*end), paint, thickness, cv2.LINE_AA)

    def area(self, corners: Sequence[tuple[float, float]], paint: Paint) -> None:
        spots = np.array([self.spot(*corner) for corner in corners], np.int32)
        cv2.fillPoly(self.canvas, [spots], paint, cv2.LINE_AA)

    def text(self, words: str, left: float, base: float, size: float, paint: Paint) -> None:
        scale, thickness = size * self._down, max(1, round(2 * self._down))
        font = cv2.FONT_HERSHEY_DUPLEX
        cv2.putText(self.canvas, words, self.spot(left, base), font, scale, paint, thickness, cv2.LINE_AA)


def _wall(brush: _Brush) -> None:
    for x in range(0, WIDTH, 64):  # wallpaper
        brush.box(x, 0, x + 32, FLOOR, (196, 221, 242))
    brush.box(0, FLOOR - 92, WIDTH, FLOOR, (178, 206, 196))
    brush.box(0, FLOOR - 98, WIDTH, FLOOR - 90, WHITE)
    corners = [(x, 60 + 16 * (1 - ((x % 320) - 160) ** 2 / 160**2)) for x in range(0, WIDTH + 1, 40)]
    for start, end in pairwise(corners):
        brush.line(start, end, 2, INK)
    for which, (x, y) in enumerate(corners[:-1]):
        flag = [(x + 4, y + 1), (x + 34, y + 1), (x + 19, y + 34)]
        brush.area(flag, BRIGHT[which % len(BRIGHT)])


def _floor(brush: _Brush, generator: np.random.Generator) -> None:
    depth, plank = float(FLOOR), 18.0
    while depth < HEIGHT:  # planks grow towards the camera
        shade = int(generator.integers(-7, 8))
        blue, green, red = (part + shade for part in (142, 188, 224))
        brush.box(0, depth, WIDTH, depth + plank, (blue, green, red))
        brush.line((0, depth), (WIDTH, depth), 1.5, (122, 168, 206))
        for x in generator.uniform(0, WIDTH, 5):
            brush.line((x, depth), (x, depth + plank), 1.5, (122, 168, 206))
        depth, plank = depth + plank, plank * 1.16
    brush.box(0, FLOOR - 12, WIDTH, FLOOR, WHITE)
    brush.box(0, FLOOR, WIDTH, FLOOR + 3, (130, 170, 200))


def _window(brush: _Brush) -> None:
    brush.box(92, 96, 408, 288, WHITE)
    brush.box(104, 108, 396, 276, (238, 212, 170))
    brush.oval(340, 148, 26, 26, (140, 225, 252))
    for x, y in ((170, 150), (200, 142), (230, 152), (285, 184), (312, 178)):
        brush.oval(x, y, 30, 16, (252, 250, 246))
    brush.area(
        [(104, 276), (104, 232), (180, 214), (262, 238), (340, 216), (396, 236), (396, 276)], (120, 190, 130)
    )
    for x in (140, 330):
        brush.box(x - 4, 212, x + 4, 248, (85, 115, 145))
        brush.oval(x, 204, 24, 28, (105, 165, 95))
    brush.box(245, 108, 255, 276, WHITE)
    brush.box(104, 186, 396, 194, WHITE)
    brush.box(80, 284, 420, 300, WOOD)
    for outer, inner in ((58, 120), (442, 380)):  # the cloth of the window
        brush.area(
            [(outer, 84), (inner, 84), (outer + (inner - outer) * 0.35, 300), (outer, 300)], (130, 150, 232)
        )
        for share in (0.2, 0.4, 0.6):
            fold = outer + (inner - outer) * share
            brush.line((fold, 86), (outer + (fold - outer) * 0.4, 298), 2, (112, 130, 212))
    brush.box(46, 78, 454, 87, DARK_WOOD)


def _shelves(brush: _Brush, generator: np.random.Generator) -> None:
    left, top, right, bottom = 838.0, 104.0, 1216.0, 352.0
    brush.box(left - 10, top - 10, right + 10, bottom, DARK_WOOD)
    for row in range(3):
        floor = top + (row + 1) * 80
        brush.box(left, floor - 72, right, floor, (150, 195, 228))
        x = left + 8
        while x < right - 34:
            paint = BRIGHT[int(generator.integers(len(BRIGHT)))]
            if row == 1:
                brush.box(x, floor - 46, x + 66, floor, paint)
                brush.box(x + 20, floor - 34, x + 46, floor - 24, WHITE)
                x += 76
            elif generator.random() < 0.25:
                brush.oval(x + 16, floor - 17, 17, 17, paint)
                x += 42
            else:
                thick, tall = generator.uniform(9, 19), generator.uniform(36, 60)
                brush.box(x, floor - tall, x + thick, floor, paint)
                brush.line((x + 3, floor - tall + 8), (x + thick - 3, floor - tall + 8), 2, WHITE)
                x += thick + 3


def _clock(brush: _Brush) -> None:
    (x, y), radius = CLOCK, CLOCK_RADIUS
    brush.oval(x, y, radius + 8, radius + 8, DARK_WOOD)
    brush.oval(x, y, radius, radius, WHITE)
    for hour in range(12):
        angle = hour * np.pi / 6
        from_, to = (radius * share for share in ((0.78 if hour % 3 == 0 else 0.86), 0.94))
        reach = (np.sin(angle), -np.cos(angle))
        brush.line(
            (x + from_ * reach[0], y + from_ * reach[1]), (x + to * reach[0], y + to * reach[1]), 4, INK
        )
    (left, top), (right, bottom) = PANEL
    brush.box(left - 5, top - 5, right + 5, bottom + 5, DARK_WOOD)
    brush.box(left, top, right, bottom, (58, 62, 66))


def _rug(brush: _Brush) -> None:
    rings: tuple[Paint, ...] = (
        (110, 120, 214),
        (205, 228, 244),
        (190, 170, 96),
        (205, 228, 244),
        (120, 190, 232),
    )
    for ring, paint in enumerate(rings):
        brush.oval(600, 540, 400 - ring * 72, 142 - ring * 25, paint)


def _table(brush: _Brush) -> None:
    for x in (1032, 1196):
        brush.box(x, 410, x + 12, 486, DARK_WOOD)
    brush.oval(1120, 404, 128, 34, DARK_WOOD)
    brush.oval(1120, 398, 128, 34, WOOD)
    brush.oval(1090, 392, 34, 9, WHITE)
    for step, paint in enumerate(BRIGHT[:4]):
        brush.line((1072 + step * 12, 388), (1082 + step * 12, 396), 4, paint)
    brush.box(1150, 368, 1176, 400, (195, 150, 75))
    brush.oval(1163, 368, 13, 4, (170, 125, 55))


def _toys(brush: _Brush, generator: np.random.Generator) -> None:
    for which, (x, y) in enumerate(((120, 560), (166, 560), (143, 518), (1130, 610), (1180, 616))):
        paint = BRIGHT[which % len(BRIGHT)]
        brush.box(x, y, x + 42, y + 42, paint)
        brush.area([(x, y), (x + 10, y - 10), (x + 52, y - 10), (x + 42, y)], _mixed(paint, WHITE))
        brush.area([(x + 42, y), (x + 52, y - 10), (x + 52, y + 32), (x + 42, y + 42)], _mixed(paint, INK))
        brush.text("ABCDE"[which], x + 11, y + 32, 0.85, WHITE)
    for which, x in enumerate((230, 300, 370)):  # a train, on its way nowhere
        paint = BRIGHT[(which + 2) % len(BRIGHT)]
        brush.box(x, 626, x + 58, 660, paint)
        for wheel in (x + 14, x + 44):
            brush.oval(wheel, 662, 10, 10, INK)
            brush.oval(wheel, 662, 4, 4, WHITE)
    brush.box(404, 600, 428, 632, BRIGHT[0])
    for _ in range(9):
        left, top = generator.uniform(60, 1220), generator.uniform(400, 700)
        brush.oval(left, top + 4, 9, 5, (122, 168, 206))
        brush.oval(left, top, 8, 8, BRIGHT[int(generator.integers(len(BRIGHT)))])


def _mixed(one: Paint, other: Paint) -> Paint:
    blue, green, red = ((2 * a + b) // 3 for a, b in zip(one, other, strict=True))
    return blue, green, red
