"""The house keeps its size: short files, short functions, no cycle of imports, no drawer for odds and ends.

Docstrings are ruff's to check, and the walls between the rooms import-linter's.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.docs.names import python_files, tree
from tests.docs.pages import CHECKOUT

LONGEST_FILE, LONGEST_FUNCTION = 400, 50
CODE = ("bootstrap.py", "daylight", "gateway", "services", "shared")
EVERYTHING = (*CODE, "benchmarks", "docs", "tests")
LONG_FILES = {
    "shared/contracts/incidents.py": "the contracts of a service are one file, so that a record can be read as one",
}
LONG_FUNCTIONS: dict[str, str] = {}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "service", "handler", "core"}


def name(path: Path) -> str:
    """A file's path in the checkout."""
    return path.relative_to(CHECKOUT).as_posix()


def long_functions(module: ast.Module) -> Iterator[str]:
    """Functions of a module that are longer than a screen."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield node.name


def test_no_file_is_too_long() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*EVERYTHING)}
    assert {path for path, length in lengths.items() if length > LONGEST_FILE} == set(LONG_FILES)


def test_no_function_is_too_long() -> None:
    found = {name(path) for path in python_files(*EVERYTHING) if any(long_functions(tree(path)))}
    assert found == set(LONG_FUNCTIONS)


def test_a_long_function_is_found() -> None:
    assert list(long_functions(ast.parse("def endless():\n" + "    pass\n" * LONGEST_FUNCTION))) == ["endless"]


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    for path in python_files(*EVERYTHING):
        assert not set(path.stem.split("_")) & DRAWERS, name(path)


def imports() -> dict[str, set[str]]:
    """Which modules of the code each of them imports when it is loaded."""
    modules = {name(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in _code()}
    return {module: set(_imported(tree(path).body)) & modules.keys() for module, path in modules.items()}


def _code() -> Iterator[Path]:
    return python_files(*CODE)


def _imported(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.Import():
                yield from (one.name for one in node.names)
            case ast.ImportFrom(module=str(module)):
                yield module
                yield from (f"{module}.{one.name}" for one in node.names)
            case ast.If() | ast.Try():
                yield from _imported(node.body)


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """The modules of a cycle of imports; empty where there is none. A package may be named by its own modules."""
    apart = {module: {one for one in needed if not module.startswith(f"{one}.")} for module, needed in graph.items()}
    try:
        TopologicalSorter(apart).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = imports()
    assert graph["gateway.app"] > {"gateway.policy", "shared.web.app"}
    assert cycle(graph) == []


def test_a_circle_of_imports_is_found() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def test_the_environment_is_read_by_the_settings_alone() -> None:
    for path in python_files("daylight", "gateway", "services", "shared"):
        read = [node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)]
        assert not {"environ", "getenv"} & set(read), name(path)


@pytest.mark.parametrize("path", sorted({*LONG_FILES, *LONG_FUNCTIONS}))
def test_every_exception_is_of_a_file_that_exists(path: str) -> None:
    assert (CHECKOUT / path).exists()
