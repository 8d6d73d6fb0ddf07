"""The arrows of the house, read from the import graph, late imports and all."""

import grimp
import pytest

PACKAGES = ("access", "streaming", "app", "demo")

#: Modules that are values in, values out.
PURE = (
    "access.policy",
    "access.spans",
    "access.hours",
    "access.log.kinds",
    "access.two_people",
    "access.log.canonical",
    "access.log.checkpoints",
    "access.log.cosignatures",
    "access.log.leaves",
    "access.log.merkle",
    "access.log.notes",
    "access.log.proof_files",
    "access.log.proofs",
    "access.log.spelling",
    "access.log.tiles",
    "streaming.playlist",
    "app.account.device",
)

#: What touches the world. Video libraries are not among them: frames are values.
IMPURE = ("sqlalchemy", "flask", "os", "pathlib", "socket", "subprocess", "threading", "time")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Read every import of the four packages once."""
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def imports_of(graph: grimp.ImportGraph, package: str) -> set[str]:
    """Return what modules of *package* import directly."""
    modules = {package, *graph.find_descendants(package)}
    return {found for module in modules for found in graph.find_modules_directly_imported_by(module)}


def packages_of(modules: set[str]) -> set[str]:
    """Return the top-level names of *modules*."""
    return {module.split(".")[0] for module in modules}


@pytest.mark.parametrize(
    ("package", "foreign"),
    [
        ("access", {"flask", "flask_login", "app", "streaming", "demo", "av", "cv2", "numpy", "gunicorn"}),
        ("streaming", {"flask", "flask_login", "app", "access", "demo", "sqlalchemy", "gunicorn"}),
        ("app", {"av", "cv2", "numpy"}),
    ],
)
def test_a_package_knows_only_its_own_trade(
    graph: grimp.ImportGraph, package: str, foreign: set[str]
) -> None:
    assert packages_of(imports_of(graph, package)) & foreign == set()


def test_only_its_command_imports_the_demo(graph: grimp.ImportGraph) -> None:
    importers = {
        module
        for demo in {"demo", *graph.find_descendants("demo")}
        for module in graph.find_modules_that_directly_import(demo)
        if not module.startswith("demo")
    }

    assert importers <= {"app.cli.demo"}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_nothing_impure(graph: grimp.ImportGraph, module: str) -> None:
    reached = graph.find_upstream_modules(module)

    assert reached & set(IMPURE) == set()


@pytest.mark.parametrize("module", ["app", "app.live.cutter", "app.parts", "app.runner"])
def test_what_serves_and_what_watches_over_it_load_no_decoder(graph: grimp.ImportGraph, module: str) -> None:
    reached = graph.find_upstream_modules(module)

    assert reached & {"av", "cv2", "numpy"} == set()
