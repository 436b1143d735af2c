"""A YAML file as people write mappings: each scalar is the text that stands there, and each part knows its line."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Place = tuple[Hashable, ...]
"""The keys and indexes that lead to a part of the file."""
NULL = "tag:yaml.org,2002:null"


class UnusableMapping(Exception):
    """There is no such mapping, or it does not hang together; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says, as dicts, lists, texts and None, and on which line each part begins (from 1).

    `yes`, `01` and `2026-10-05` are texts here: YAML 1.1 makes true, 1 and a date of them, and none of that is what
    somebody means who writes down which cell is which code.
    """

    content: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line_of(self, place: Place) -> int | None:
        """The line of a part, or of the nearest part around it; None where the file has nothing of it."""
        return next(
            (self.lines[place[:depth]] for depth in range(len(place), 0, -1) if place[:depth] in self.lines), None
        )


def read(path: Path) -> Written:
    """Read a YAML file. Raises UnusableMapping where it is none, has a key twice, or repeats parts by reference."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableMapping(f"{path} cannot be read: {error}.") from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise UnusableMapping(f"{path} is no YAML: {line}{error.problem}.") from error
    except yaml.YAMLError as error:
        raise UnusableMapping(f"{path} is no YAML: {error}.") from error
    return _Reading(path).whole(node)


class _Reading:
    """Takes a composed file apart, once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[Place, int] = {}
        self._seen: set[int] = set()

    def whole(self, node: yaml.Node | None) -> Written:
        """All that the file says."""
        return Written(None if node is None else self._part(node, ()), self._lines)

    def _part(self, node: yaml.Node, place: Place) -> Any:
        if id(node) in self._seen:
            raise self._fault(node, "a part is said where it belongs and not repeated by an anchor")
        self._seen.add(id(node))
        self._lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._dict(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._part(one, (*place, index)) for index, one in enumerate(node.value)]
        return None if node.tag == NULL else node.value

    def _dict(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._fault(key, "a key is a text")
            if key.value in said:
                raise self._fault(key, "a key stands twice")
            self._lines[*place, key.value] = key.start_mark.line + 1
            said[key.value] = self._part(value, (*place, key.value))
        return said

    def _fault(self, node: yaml.Node, what: str) -> UnusableMapping:
        return UnusableMapping(f"{self._path}, line {node.start_mark.line + 1}: {what}.")
