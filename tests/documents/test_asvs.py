"""The page on ASVS leaves no requirement out, and names only files and tests that there are."""

import ast
import functools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "asvs.md"
LEVELS = Path(__file__).parent / "asvs_levels.txt"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]*))?\)")
NUMBER = re.compile(r"\d+\.\d+\.\d+")

READING, NOT_MET, NOT_APPLICABLE, TEST = "by reading", "not met", "not applicable", "test"


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement as the page has it."""

    id: str
    level: int
    where: str
    shown: str

    @property
    def state(self) -> str:
        """Return which of the four it is."""
        words = self.shown.partition(": ")[0]
        return words if words in {READING, NOT_MET, NOT_APPLICABLE} else TEST


def rows() -> list[Row]:
    found = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if cells and NUMBER.fullmatch(cells[0]):
            id_, level, _, where, shown = cells
            found.append(Row(id_, int(level), where, shown))
    return found


def levels() -> dict[str, int]:
    """Return the level of every requirement there is, by its number."""
    sections = [line.split() for line in LEVELS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {
        f"{section}.{number}": int(level)
        for section, of_each in sections
        for number, level in enumerate(of_each, start=1)
    }


@functools.cache
def named_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_the_list_of_levels_is_that_of_the_standard() -> None:
    """As counted in OWASP's own table of 5.0.0."""
    assert Counter(levels().values()) == {1: 70, 2: 183, 3: 92}


def test_every_requirement_of_level_1_and_2_stands_once_with_its_level() -> None:
    stand = Counter(row.id for row in rows())
    known = levels()

    assert sorted(id_ for id_, times in stand.items() if times != 1) == []
    assert sorted(id_ for id_, level in known.items() if level < 3 and id_ not in stand) == []
    assert sorted(row.id for row in rows() if row.level != known.get(row.id)) == []


def test_of_level_3_only_what_is_met_is_told() -> None:
    assert [row.id for row in rows() if row.level == 3 and row.state in {NOT_MET, NOT_APPLICABLE}] == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_what_a_row_names_is_there(row: Row) -> None:
    for path, name in NAMED.findall(row.shown):
        assert name in named_in(path), f"{path} has no {name}"
    for path, _ in LINK.findall(row.where):
        assert (PAGE.parent / path).exists(), path
    assert row.shown.count("`tests/") == len(NAMED.findall(row.shown)), "a test is written path::name"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_row_says_how_it_stands(row: Row) -> None:
    reason = row.shown.partition(": ")[2]

    if row.state == TEST:
        assert NAMED.sub("", row.shown).replace("<br>", "") == "", (
            "a test and no words, or words that say which"
        )
        assert row.where
    else:
        assert len(reason.split()) >= 3, "in words, why"
    if row.state == READING:
        assert row.where


def test_the_counts_are_those_of_the_tables() -> None:
    text = PAGE.read_text("utf-8")
    counted = {level: Counter(row.state for row in rows() if row.level == level) for level in (1, 2, 3)}
    first_two = counted[1] + counted[2]
    in_scope = first_two.total() - first_two[NOT_APPLICABLE]
    names = {
        TEST: "met, and a test shows it",
        READING: "met, by reading",
        NOT_MET: "not met",
        NOT_APPLICABLE: "not applicable",
    }

    for state, name in names.items():
        assert f"| {name} | {counted[1][state]} | {counted[2][state]} | {first_two[state]} |" in text
    assert f"\n{in_scope} of the 253 requirements of level 1 and 2 are in scope" in text
    assert f"{first_two[NOT_APPLICABLE]} are not applicable" in text
    assert (
        f"**{first_two[TEST]} are met with a test, {first_two[READING]} by\n"
        f"reading, {first_two[NOT_MET]} are not met**"
    ) in text
    assert f"Of level 3, {counted[3].total()} more are met." in text


def test_whatever_is_not_met_is_told_to_whoever_keeps_the_machine() -> None:
    told = PAGE.read_text("utf-8").split("## What is not met")[1].split("\n## ")[0]

    assert set(NUMBER.findall(told)) == {row.id for row in rows() if row.state == NOT_MET}
