"""The names that a Python file defines."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.docs.pages import CHECKOUT


@cache
def tree(path: Path) -> ast.Module:
    """A file of this project, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def python_files(*below: str) -> Iterator[Path]:
    """Every Python file below these folders or at these paths of the checkout."""
    for name in below:
        place = CHECKOUT / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


@cache
def defined_in(path: Path) -> frozenset[str]:
    """Functions, methods and classes that a file defines, and what it assigns outside of functions."""
    return frozenset(_defined(tree(path).body))


def _defined(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.ClassDef():
                yield node.name
                yield from _defined(node.body)
            case ast.Assign():
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(name)):
                yield name
