"""What the documents say is what the program has, and the other way round."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import main
from app.config import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
STABLE = re.compile(r"[a-z_]+:[a-z_]+")
NAMED = re.compile(r"`([a-z_]+:[a-z_]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")

#: Written like a reason or an event, and neither.
OTHER = {"wsgi:application", "ffmpeg:libx"}


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def stable_words() -> set[str]:
    """Return every reason, state and event that the code can write."""
    found = set()
    for package in ("access", "app", "streaming"):
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                found |= {
                    node.value
                    for node in ast.walk(ast.parse(path.read_text("utf-8")))
                    if isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and STABLE.fullmatch(node.value)
                }
    return found - OTHER


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


COMMANDS = dict(commands(main))


def test_every_reason_state_and_event_is_documented_and_no_other() -> None:
    documented = set(NAMED.findall(text("reference/reasons.md") + text("reference/log-events.md")))

    written = stable_words()

    assert sorted(written - documented) == []
    assert sorted(documented - written - {"person:unknown"}) == []


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(rf"^\| `({PREFIX}\w+)`", text("reference/settings.md"), re.MULTILINE))

    assert documented == {PREFIX + name.upper() for name in Settings.model_fields}


def test_every_command_is_documented_and_no_other() -> None:
    documented = set(
        re.findall(r"^\| `([a-z][a-z ]*)[ A-Z.\[\]|-]*`", text("reference/commands.md"), re.MULTILINE)
    )

    assert {name.strip() for name in documented} == {*COMMANDS, "test", "check", "bench", "help"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_an_example_and_answers_in_json(name: str) -> None:
    command = COMMANDS[name]

    assert "example: " in (command.help or "")
    assert "--json" in {option for parameter in command.params for option in parameter.opts}


def test_help_lists_every_noun() -> None:
    said = subprocess.run([ROOT / "portal", "help"], capture_output=True, text=True, check=True).stdout

    assert [name.split()[0] for name in COMMANDS if name.split()[0] not in said] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_resolves(document: Path) -> None:
    targets = [link for link in LINK.findall(document.read_text("utf-8")) if "://" not in link]

    assert [link for link in targets if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_a_document_names_exists(document: Path) -> None:
    said = re.findall(r"\./portal ([a-z]+)(?: ([a-z]+))?", document.read_text("utf-8"))
    known = set(COMMANDS) | {"test", "check", "bench", "help"}
    firsts = {name.split()[0] for name in known}

    wrong = [
        (noun, verb)
        for noun, verb in said
        if noun not in firsts or (noun not in known and verb and f"{noun} {verb}" not in known)
    ]

    assert wrong == []


def test_the_glossary_has_every_table_of_the_database() -> None:
    from access.records import Base

    words = {name.replace("_", " ") for name in Base.metadata.tables}
    said = text("glossary.md").lower()

    assert sorted(word for word in words if f"| {word} |" not in said and f"| {word} (" not in said) == []
