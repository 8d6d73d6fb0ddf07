"""Rows as CSV for a spreadsheet, in which no cell is taken for a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

#: A cell that begins with one of these a spreadsheet may carry out (OWASP, "CSV Injection"); also full-width.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
#: Without it spreadsheets in China read Chinese in another encoding.
BYTE_ORDER_MARK = "\ufeff"


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return *rows* as CSV (RFC 4180); what could be a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_plain(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
