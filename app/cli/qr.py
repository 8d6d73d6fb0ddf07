"""A QR code made of letters, for a phone to read off a terminal."""

import segno

#: Black on white, whatever the colours of the terminal are.
ON, OFF = "\N{ESCAPE}[30;107m", "\N{ESCAPE}[0m"
#: Two rows of squares in each row of letters.
HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
BORDER = 4


def qr_for_terminal(text: str) -> str:
    """Return the lines that show *text*."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=BORDER)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        ON + "".join(HALVES[upper, lower] for upper, lower in zip(*pair, strict=True)) + OFF for pair in pairs
    )
