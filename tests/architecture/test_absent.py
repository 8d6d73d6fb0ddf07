"""What the code does without: each would open a door that then had to be watched."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVING = ("access", "app", "streaming")
MODULES = [
    *sorted(path for package in SERVING for path in (ROOT / package).rglob("*.py")),
    ROOT / "wsgi.py",
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

#: What turns text into code, or bytes into objects of any kind.
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
MAKES_OBJECTS = {"pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"}
#: Parsers of what nobody sends us, each with a history.
READS_MARKUP = {"xml", "lxml", "html5lib", "bs4", "markdown", "tarfile", "zipfile"}
#: Writes an archive of its own, under names of its own, and reads none.
WRITES_ARCHIVES = {"app/subject_files.py"}
#: What would ask another server for a web page, or send mail.
CALLS_OUT = {"requests", "httpx", "aiohttp", "urllib3", "smtplib", "imaplib", "ldap", "ldap3", "ftplib"}
#: What asks the portal itself whether it is there, on its own address.
ASKS_ITSELF = {"app/runner.py", "app/health/origin.py"}
#: Sends checkpoints to whom the installation names, and nothing else anywhere.
SENDS_CHECKPOINTS = {"app/receivers.py"}
SENDS_MAIL = {"app/mail.py"}

#: In a script: text that becomes a page or code, other windows, and what a browser would keep.
IN_A_SCRIPT = re.compile(
    r"\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment|\.srcdoc"
    r"|\beval\(|new Function|postMessage|\"message\"|localStorage|sessionStorage|indexedDB|document\.cookie"
    r"|serviceWorker|caches\.|__proto__|\.prototype\b|window\.open|WebSocket|EventSource|RTCPeerConnection"
)
#: A phone keeps how far it has seen its school's log come, and nothing of anybody.
KEEPS = {"held.js": {"localStorage"}}
IN_A_TEMPLATE = re.compile(
    r"\|\s*safe\b|autoescape false|type=\"?file|enctype|\son[a-z]+=\"|javascript:|\sstyle=\"|<style"
    r"|<(?:script|link|img|iframe|source|video|audio)\b[^>]*(?:src|href)=\"(?:https?:)?//"
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imported(path: Path) -> set[str]:
    """Return the modules that *path* imports, each with its packages."""
    found = set()
    for node in ast.walk(tree(path)):
        whole = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            whole = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for one in whole:
            parts = one.split(".")
            found |= {".".join(parts[: length + 1]) for length in range(len(parts))}
    return found


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the last name of whatever is called, and the call."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func
            yield (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")), node


def test_nothing_typed_becomes_code() -> None:
    run = {
        (name(path), node.func.id)
        for path in MODULES
        for _, node in calls(path)
        if isinstance(node.func, ast.Name) and node.func.id in RUNS_TEXT
    }
    built = {
        (name(path), what) for path in MODULES for what, _ in calls(path) if what == "render_template_string"
    }

    assert run == set()
    assert built == set()


@pytest.mark.parametrize(
    ("modules", "but"),
    [
        pytest.param(MAKES_OBJECTS, set(), id="objects out of bytes"),
        pytest.param(READS_MARKUP, WRITES_ARCHIVES, id="markup and archives"),
        pytest.param(CALLS_OUT, SENDS_MAIL, id="other servers and mail"),
        pytest.param({"urllib.request", "http.client"}, ASKS_ITSELF | SENDS_CHECKPOINTS, id="web pages"),
        pytest.param({"random", "uuid"}, set(), id="numbers that can be guessed"),
        pytest.param({"jwt", "authlib", "oauthlib", "saml2", "onelogin"}, set(), id="tokens of others"),
        pytest.param({"logging.handlers", "syslog"}, set(), id="logs elsewhere"),
    ],
)
def test_it_is_not_imported(modules: set[str], but: set[str]) -> None:
    assert {name(path) for path in MODULES if imported(path) & modules} <= but


def test_no_program_is_started_by_a_shell() -> None:
    started = [
        (name(path), what)
        for path in MODULES
        for what, node in calls(path)
        if what in {"system", "popen", "getoutput", "getstatusoutput"}
        or any(
            one.arg == "shell" and not (isinstance(one.value, ast.Constant) and one.value.value is False)
            for one in node.keywords
        )
    ]

    assert started == []


def is_our_own(text: ast.expr) -> bool:
    """Say whether *text* stands in the code as it is, with nothing put in but constants and numbers."""
    if isinstance(text, ast.IfExp):
        return is_our_own(text.body) and is_our_own(text.orelse)
    if isinstance(text, ast.JoinedStr):
        put_in = [part.value for part in text.values if isinstance(part, ast.FormattedValue)]
        return all(
            (isinstance(part, ast.Name) and part.id.isupper())
            or (isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "int")
            for part in put_in
        )
    return isinstance(text, ast.Constant)


def test_statements_are_never_put_together_from_text() -> None:
    """Values go beside a statement, not into it."""
    raw = [
        (name(path), node.lineno)
        for path in MODULES
        if "migrations" not in path.parts
        for what, node in calls(path)
        if (what in {"exec_driver_sql", "executescript"})
        or (what in {"text", "literal_column"} and f"sqlalchemy.{what}" in imported(path))
        if not is_our_own(node.args[0])
    ]

    assert raw == []


@pytest.mark.parametrize(
    ("statement", "is_ours"),
    [
        ("'SELECT 1'", True),
        ("f'SELECT {LOCK}'", True),
        ("f'SELECT {name}'", False),
        ("'SELECT ' + name", False),
    ],
)
def test_what_is_put_into_a_statement_is_seen(statement: str, *, is_ours: bool) -> None:
    assert is_our_own(ast.parse(statement, mode="eval").body) == is_ours


def test_no_file_is_taken_from_anybody() -> None:
    takes = {
        (name(path), node.attr)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"files", "save"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
    }

    assert takes == set()
    assert not any("FileField" in path.read_text("utf-8") for path in MODULES)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_escapes_everything_and_asks_nobody_else(path: Path) -> None:
    assert IN_A_TEMPLATE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_makes_no_page_of_text_and_keeps_nothing(path: Path) -> None:
    assert set(IN_A_SCRIPT.findall(path.read_text("utf-8"))) == KEEPS.get(path.name, set())


@pytest.mark.parametrize(
    "line",
    ["{{ x|safe }}", '<input type="file">', '<a onclick="x()">', '<script src="https://cdn.example/x.js">'],
)
def test_what_a_template_may_not_have_is_seen(line: str) -> None:
    assert IN_A_TEMPLATE.search(line)


@pytest.mark.parametrize("line", ["a.innerHTML = b", 'addEventListener("message", f)', "localStorage.x = 1"])
def test_what_a_script_may_not_have_is_seen(line: str) -> None:
    assert IN_A_SCRIPT.search(line)
