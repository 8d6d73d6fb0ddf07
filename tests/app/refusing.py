"""Which refusals an act can raise: its own, and those of whatever it calls, read from the source."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Whose first argument, or whose ``reason``, is a refusal's reason.
REFUSING = frozenset({"Refused", "refused"})


def refusals_of(module: str) -> frozenset[str]:
    """Return the reasons for which what *module* takes from ``access`` can refuse."""
    found: set[str] = set()
    for one in _taken_from_access(ROOT / f"{module.replace('.', '/')}.py").values():
        found |= _refusals(one)
    return frozenset(found)


def _refusals(start: str) -> set[str]:
    """Return the reasons that ``module.function`` can raise."""
    reasons: set[str] = set()
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        own, called = _parts().get(name, (frozenset(), frozenset()))
        reasons |= own
        ahead.extend(called)
    return reasons


@functools.cache
def _parts() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return what each function and table of ``access`` raises itself, and which others it names."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for path in sorted((ROOT / "access").glob("*.py")):
        module = f"access.{path.stem}"
        tree = ast.parse(path.read_text("utf-8"))
        own = dict(_defined_in(tree))
        taken = _taken_from_access(path)
        names = taken | {name: f"{module}.{name}" for name in own}
        for name, node in own.items():
            called = {names[one] for one in _names_in(node) if one in names}
            found[f"{module}.{name}"] = (frozenset(_raised_in(node)), frozenset(called))
        for name, elsewhere in taken.items():
            found.setdefault(f"{module}.{name}", (frozenset(), frozenset({elsewhere})))
    return found


def _taken_from_access(path: Path) -> dict[str, str]:
    """Return by the name in a file what it imports from ``access``; also by ``module.name``."""
    taken = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "access":
            for one in node.names:
                taken[one.asname or one.name] = f"{node.module}.{one.name}"
    return taken


def _defined_in(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node  # a table of functions, such as RECORDERS


def _names_in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id


def _raised_in(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in REFUSING:
            said = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "reason")]
            yield from (str(one.value) for one in said if isinstance(one, ast.Constant))
