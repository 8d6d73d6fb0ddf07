"""What the documents say is what the program has, and the other way round."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest

from access.ending import REASON_LETTERS
from access.leases import TOLD
from access.log.kinds import KINDS
from access.sign_ins import SIGN_IN_LASTS, STAFF_SIGN_IN_LASTS
from app.cli import main
from app.config import KEPT_FOR_PAGES, PREFIX, Settings
from demo.rtsp_server import GSTREAMER_PACKAGES
from streaming.confinement import LARGEST_FILE, MIB
from streaming.source import LARGEST_SIDE
from streaming.states import CameraState
from tests.access.log.outside import GO_PACKAGES
from tests.readme import ROOT, shell_lines

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
#: Those that are no words of click's, but of `portal` itself.
OF_THE_SCRIPT = {"test", "check", "bench", "help"}
#: Described once for all commands.
EVERYWHERE = {"--json", "--as", "--reason", "--school"}


def test_every_reason_state_and_event_is_documented_and_no_other() -> None:
    documented = set(NAMED.findall(text("reference/reasons.md") + text("reference/log-events.md")))

    written = stable_words()

    assert sorted(written - documented) == []
    assert sorted(documented - written - {"person:unknown"}) == []


def test_every_kind_of_entry_has_its_row_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_]+:[a-z_]+)` \|", text("reference/log-events.md"), re.MULTILINE)

    assert sorted(rows) == sorted(KINDS)


def test_every_fault_of_a_camera_has_its_line_where_somebody_looks_for_it() -> None:
    told = set(NAMED.findall(text("operations/camera-down.md")))

    assert sorted(set(CameraState) - {CameraState.LIVE, CameraState.CONNECTING} - told) == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("reference/reasons.md", f"its {SIGN_IN_LASTS.days} days"),
        ("reference/reasons.md", f"(of staff: {STAFF_SIGN_IN_LASTS // timedelta(hours=1)} hours)"),
        ("reference/reasons.md", f"a reason of more than {REASON_LETTERS} letters"),
        ("reference/addresses.md", f"until {TOLD // timedelta(minutes=1)} minutes after its end"),
        ("reference/settings.md", f"requests answered at once; {KEPT_FOR_PAGES} of them are never taken"),
        ("design/003-video.md", f"no file above {LARGEST_FILE // MIB} MiB"),
        ("operations/camera-down.md", f"at most {LARGEST_SIDE} pixels a side"),
    ],
)
def test_a_figure_in_a_document_is_the_programs(document: str, said: str) -> None:
    assert said in text(document)


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(rf"^\| `({PREFIX}\w+)`", text("reference/settings.md"), re.MULTILINE))

    assert documented == {PREFIX + name.upper() for name in Settings.model_fields}


def test_every_command_is_documented_and_no_other() -> None:
    documented = set(
        re.findall(r"^\| `([a-z][a-z ]*)[ A-Z.\[\]|-]*`", text("reference/commands.md"), re.MULTILINE)
    )

    assert {name.strip() for name in documented} == {*COMMANDS, *OF_THE_SCRIPT}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_an_example_and_answers_in_json(name: str) -> None:
    command = COMMANDS[name]

    assert "example: " in (command.help or "")
    assert "--json" in {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_a_command_is_documented(name: str) -> None:
    (row,) = re.findall(
        rf"^\| `{name}(?: [A-Z.\[\]| -]*)?` \|.*$", text("reference/commands.md"), re.MULTILINE
    )
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts if option[0] == "-"}

    assert sorted(option for option in options - EVERYWHERE if option not in row) == []


def test_help_lists_every_command_and_no_other() -> None:
    said = subprocess.run([ROOT / "portal", "help", "--json"], capture_output=True, text=True, check=True)

    assert set(json.loads(said.stdout)["commands"]) == {*COMMANDS, *OF_THE_SCRIPT}


def test_a_test_runs_every_command_line_of_the_readme() -> None:
    run = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")) + (
        ROOT / "tests/e2e/shown.py"
    ).read_text("utf-8")

    lines = shell_lines(ROOT / "README.md")

    assert lines
    assert all(re.fullmatch(r"\./portal [a-z]+", line) for line in lines)
    assert [line for line in lines if f'readme_command("{line.split()[1]}")' not in run] == []


def test_the_script_and_the_demo_ask_for_the_same_packages_of_gstreamer() -> None:
    asked = subprocess.run(
        ["sh", "-c", ". ./setup/system.sh; gstreamer_packages"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert asked.split() == GSTREAMER_PACKAGES.split()


def test_the_script_and_the_tests_ask_for_the_same_packages_of_go() -> None:
    asked = subprocess.run(
        ["sh", "-c", ". ./setup/system.sh; go_packages"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert asked.split() == GO_PACKAGES.split()


@pytest.mark.parametrize(("has_go", "missing"), [(True, ""), (False, GO_PACKAGES)])
def test_the_quick_tests_ask_for_go_where_there_is_none(
    tmp_path: Path, *, has_go: bool, missing: str
) -> None:
    for name in ("uname", *(["go"] if has_go else [])):
        (tmp_path / name).write_text("#!/bin/sh\necho Linux\n")
        (tmp_path / name).chmod(0o755)

    said = subprocess.run(
        ["/bin/sh", "-c", ". ./setup/system.sh; need_check_parts; echo $missing"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.strip() == missing


@pytest.mark.parametrize(
    "script", ["portal", "setup/help.sh", "setup/system.sh", "setup/bring.sh", ".ci/run"]
)
def test_a_plain_shell_reads_every_script(script: str) -> None:
    read = subprocess.run(["sh", "-n", ROOT / script], capture_output=True, text=True, check=False)

    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_resolves(document: Path) -> None:
    targets = [link for link in LINK.findall(document.read_text("utf-8")) if "://" not in link]

    assert [link for link in targets if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_a_document_names_exists(document: Path) -> None:
    said = re.findall(r"\./portal ([a-z]+)(?: ([a-z]+))?", document.read_text("utf-8"))
    known = set(COMMANDS) | OF_THE_SCRIPT
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
