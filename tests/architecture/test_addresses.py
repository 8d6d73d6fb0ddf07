"""The table of addresses says exactly what the code answers, and to whom."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.guard import ANYONE, AWAY, DOOR, SIGNED_IN, audience_of

if TYPE_CHECKING:
    from tests.school import School

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "addresses.md"

AUDIENCES = {
    "Anyone": ANYONE,
    "Anyone who is signed in": SIGNED_IN,
    "Anyone who is signed in, also on a device left alone": AWAY,
    "A door display": DOOR,
    "Guardians and their delegates": "guardian, delegate",
    "Guardians": "guardian",
}

Row = tuple[str, str, frozenset[str]]


def documented() -> set[Row]:
    """Return address, method and audience of every row, names of variables left out."""
    rows: set[Row] = set()
    section = ""
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) >= 3 and cells[0].startswith("`/"):
            roles = (cells[2] if section == "Staff" else AUDIENCES[section]).split(", ")
            rows.add((plain(cells[0].strip("`")), cells[1], frozenset(roles)))
    return rows


def plain(rule: str) -> str:
    """Return *rule* with every variable written alike."""
    return re.sub(r"<[^>]+>", "<>", rule)


def answered(school: "School") -> set[Row]:
    """Return the same of every rule of the application."""
    return {
        (plain(rule.rule), method, audience_of(school.app.view_functions[rule.endpoint]))
        for rule in school.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }


def test_the_table_of_addresses_is_the_code(school: "School") -> None:
    assert answered(school) == documented()


def test_every_view_names_its_audience(school: "School") -> None:
    silent = [name for name, view in school.app.view_functions.items() if not audience_of(view)]

    assert silent == []


def test_no_rule_answers_to_options(school: "School") -> None:
    assert [rule for rule in school.app.url_map.iter_rules() if "OPTIONS" in (rule.methods or set())] == []
