"""What goes to a spreadsheet is text in every cell."""

import csv
import io

import pytest

from app.csv_text import BYTE_ORDER_MARK, as_csv


def read_back(text: str) -> list[list[str]]:
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_could_be_a_formula_begins_with_an_apostrophe(first: str) -> None:
    assert read_back(as_csv([[f"{first}1+1", f"a{first}b"]])) == [[f"'{first}1+1", f"a{first}b"]]


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    row = ['said "so", 向日葵', "two\nlines", "", "'"]

    assert read_back(as_csv([row, row])) == [row, row]
