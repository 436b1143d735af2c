"""What a GraphQL document may ask for at most, measured before it is validated, so that measuring is cheap.

Every fragment is measured once, however often it is spread; so a document of n tokens costs O(n) to measure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from shared.web.problems import Problem

CHARACTERS = 20_000
TOKENS = 2_000
DEPTH = 12
ALIASES = 30
DIRECTIVES = 30
DIRECTIVES_OF_FIELD = 4
REPEATS = 20
FRAGMENTS = 60
FIELDS = 2_000
POINTS = 5_000
BATCH = 10

PAGE_DEFAULT, PAGE_MOST = 50, 200
CONNECTIONS = frozenset(
    {
        "incidents",
        "flags",
        "clocks",
        "officers",
        "courses",
        "completions",
        "assignments",
        "selectionCriteria",
        "selections",
        "staffTraining",
        "evaluations",
        "trainingNeeds",
        "peerEvents",
        "memberships",
        "officerFlags",
        "topicCoverage",
        "schools",
        "agencies",
        "districts",
        "publishedTables",
    }
)
LISTS_OF_INCIDENT = frozenset({"flags", "judgements", "clocks"})
"""Fields of an incident that hold records of their own."""
TOTAL_POINTS = 10
INTROSPECTION_POINTS = 10


@dataclass(frozen=True, slots=True)
class Size:
    """How deep a selection goes, how many fields it has with its fragments spread out, and whether it counts.

    `lists` is how many of the fields hold records of their own.
    """

    depth: int = 0
    fields: int = 0
    counts: bool = False
    lists: int = 0


@dataclass(slots=True)
class Measure:
    """Measures one document."""

    document: DocumentNode
    _fragments: dict[str, FragmentDefinitionNode] = field(init=False)
    _sizes: dict[str, Size] = field(init=False, default_factory=dict)
    _points: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in self.document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def refuse_oversized(self) -> None:
        """Raise Problem `query-too-costly` where the document is larger in some way than any document may be.

        A fragment that is spread within itself is `invalid-query`.
        """
        aliases = directives = fragments = 0
        for definition in self.document.definitions:
            for node in _nodes(definition):
                aliases += isinstance(node, FieldNode) and node.alias is not None
                fragments += isinstance(node, FragmentSpreadNode | InlineFragmentNode)
                written = len(getattr(node, "directives", None) or ())
                directives += written
                _at_most(written, DIRECTIVES_OF_FIELD, "directives on one field")
            if isinstance(definition, OperationDefinitionNode):
                size = self._size(definition.selection_set)
                _at_most(size.depth, DEPTH, "levels")
                _at_most(size.fields, FIELDS, "fields, fragments spread out")
        _at_most(aliases, ALIASES, "aliases")
        _at_most(directives, DIRECTIVES, "directives")
        _at_most(fragments, FRAGMENTS, "uses of fragments")
        self._refuse_cycles()
        for definition in self.document.definitions:
            if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
                self._refuse_repeats([definition.selection_set])

    def _refuse_cycles(self) -> None:
        """Raise Problem `invalid-query` where a fragment is spread within itself."""
        spread = {
            name: {node.name.value for node in _nodes(fragment) if isinstance(node, FragmentSpreadNode)}
            for name, fragment in self._fragments.items()
        }
        try:
            TopologicalSorter(spread).prepare()
        except CycleError:
            raise Problem("invalid-query", "A fragment is spread within itself.") from None

    def _refuse_repeats(self, merged: list[SelectionSetNode]) -> None:
        """Raise Problem where one field stands too often at one place, once what is written is merged.

        Validation holds each field against each other of its place, so what it costs rises with the square of them.
        """
        fields: dict[str, list[SelectionSetNode]] = {}
        found: Counter[str] = Counter()
        spread: set[str] = set()
        waiting = [node for selections in merged for node in selections.selections]
        while waiting:
            node = waiting.pop()
            if isinstance(node, FieldNode):
                name = (node.alias or node.name).value
                found[name] += 1
                fields.setdefault(name, []).extend([node.selection_set] if node.selection_set else [])
            elif isinstance(node, InlineFragmentNode):
                waiting.extend(node.selection_set.selections)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                if fragment := self._fragments.get(node.name.value):
                    waiting.extend(fragment.selection_set.selections)
        _at_most(max(found.values(), default=0), REPEATS, "repeats of one field")
        for below in fields.values():
            if below:
                self._refuse_repeats(below)

    def points(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """The cost of an operation in points, at least 1.

        One for each record that it may return, one more for each list of records that each of them holds, and ten for
        a count.
        """
        defaults = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
            if definition.default_value is not None
        }
        return max(1, self._points_of(operation.selection_set, {**defaults, **variables}))

    def _points_of(self, selections: SelectionSetNode, values: Mapping[str, Any]) -> int:
        total = 0
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                total += self._points_of_fragment(node.name.value, values)
            elif isinstance(node, InlineFragmentNode):
                total += self._points_of(node.selection_set, values)
            elif not isinstance(node, FieldNode):
                continue
            elif node.name.value in CONNECTIONS:
                size = self._size(node.selection_set)
                total += _page_size(node, values) * (1 + size.lists) + TOTAL_POINTS * size.counts
            elif node.name.value.startswith("__"):
                total += INTROSPECTION_POINTS
            else:
                total += 1 + self._size(node.selection_set).lists
        return total

    def _points_of_fragment(self, name: str, values: Mapping[str, Any]) -> int:
        if name not in self._points:
            self._points[name] = 0
            if fragment := self._fragments.get(name):
                self._points[name] = self._points_of(fragment.selection_set, values)
        return self._points[name]

    def _size(self, selections: SelectionSetNode | None) -> Size:
        depth = fields = lists = 0
        counts = False
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                inner = self._size_of_fragment(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                inner = self._size(node.selection_set)
            elif not isinstance(node, FieldNode):
                continue
            elif node.name.value.startswith("__"):
                inner = Size(1, 1)
            else:
                below = self._size(node.selection_set)
                name = node.name.value
                holds = below.lists + (name in LISTS_OF_INCIDENT)
                inner = Size(below.depth + 1, below.fields + 1, name == "totalCount", holds)
            depth, fields, lists = max(depth, inner.depth), fields + inner.fields, lists + inner.lists
            counts = counts or inner.counts
        return Size(depth, fields, counts, lists)

    def _size_of_fragment(self, name: str) -> Size:
        if name not in self._sizes:
            self._sizes[name] = Size()
            if fragment := self._fragments.get(name):
                self._sizes[name] = self._size(fragment.selection_set)
        return self._sizes[name]


def _page_size(node: FieldNode, values: Mapping[str, Any]) -> int:
    asked: Any = next((argument.value for argument in node.arguments or () if argument.name.value == "first"), None)
    if isinstance(asked, VariableNode):
        asked = values.get(asked.name.value)
    if isinstance(asked, IntValueNode):
        asked = int(asked.value) if len(asked.value) < 10 else PAGE_MOST
    if asked is None:
        return PAGE_DEFAULT
    return min(max(asked, 1), PAGE_MOST) if isinstance(asked, int) else PAGE_MOST


def _at_most(found: int, most: int, what: str) -> None:
    if found > most:
        raise Problem("query-too-costly", f"A document has at most {most} {what}.")


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        for key in current.keys:
            value = getattr(current, key, None)
            if isinstance(value, Node):
                waiting.append(value)
            elif isinstance(value, list | tuple):
                waiting.extend(child for child in value if isinstance(child, Node))
