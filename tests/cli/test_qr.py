"""The code in the terminal leads a phone to the address it stands for."""

import re

import cv2
import numpy as np
import pytest

from app.cli.qr import qr_for_terminal

#: How many pixels a phone's camera would have for each square.
PIXELS = 8
HALVES = {" ": (255, 255), "▀": (0, 255), "▄": (255, 0), "█": (0, 0)}


def read(shown: str) -> str:
    """Return what a phone reads off a terminal that shows *shown*."""
    rows: list[list[int]] = []
    for line in shown.splitlines():
        (letters,) = re.findall("\N{ESCAPE}\\[30;107m(.*)\N{ESCAPE}\\[0m", line)
        rows += [[HALVES[letter][half] for letter in letters] for half in (0, 1)]
    picture = np.kron(np.array(rows, dtype=np.uint8), np.ones((PIXELS, PIXELS), dtype=np.uint8))
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]


@pytest.mark.parametrize("url", ["https://192.168.1.23:8080", "https://[2001:db8::7]:49152"])
def test_a_phone_reads_the_address_off_the_terminal(url: str) -> None:
    shown = qr_for_terminal(url)

    assert read(shown) == url
    assert max(len(line) for line in shown.splitlines()) < 80
