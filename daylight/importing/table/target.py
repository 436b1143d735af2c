"""Where a mapping can lead: the fields of a record's line, as its published JSON Schema describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from daylight.importing.table.form import FORMS, INCIDENT, RecordName
from shared.contracts.contract import Identifier
from shared.contracts.incidents import Numbered

Schema = Mapping[str, Any]
NOT_SAID = frozenset({"op", "kind"})
FORM_OF_IDENTIFIERS = TypeAdapter(Identifier).json_schema()["pattern"]
UNKNOWN = "unknown"


class Kind(StrEnum):
    """What stands in a field."""

    TEXT = "text"
    LOCAL = "local code or free identifier"
    CODE = "code of a closed list"
    NUMBER = "whole number"
    DECIMAL = "number"
    TRUTH = "true or false"
    MOMENT = "time"
    DAY = "day"
    ELEMENTS = "list of elements"


class NoSuchField(Exception):
    """A path leads to no field; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Target:
    """One field. `several`: it holds a list of such values. `codes`: those of its closed list, else empty."""

    kind: Kind
    several: bool = False
    nullable: bool = False
    codes: tuple[str, ...] = ()

    @property
    def not_known(self) -> str | None:
        """What says that the value is not known; None is null."""
        if UNKNOWN in self.codes or (self.kind is Kind.LOCAL and not self.nullable):
            return UNKNOWN
        return None


@cache
def target(path: str, *, within: str | None = None, of: RecordName = INCIDENT) -> Target:
    """The field of a record at a path such as `body_worn_camera.recorded`, or of an element of the list `within`.

    Raises NoSuchField.
    """
    node = _element(within, of) if within else _root(of)
    *parents, name = path.split(".")
    for parent in parents:
        node = _known(_property(node, parent, path), of)
        if "properties" not in node:
            raise NoSuchField(f"{path}: {parent} has no fields of its own")
    found = _property(node, name, path)
    described = _described(_known(found, of), path, of)
    return Target(described.kind, described.several, _is_nullable(found), described.codes)


@cache
def number_of(elements: str, of: RecordName = INCIDENT) -> str | None:
    """The field by which a record tells elements of a list apart, such as `person_number`; None where there is none.

    Raises NoSuchField.
    """
    lists = element_lists(of)
    if elements not in lists:
        raise NoSuchField(f"{elements}: there is no such list; those that are: {', '.join(lists) or 'none'}")
    numbered = _numbered(FORMS[of].line.model_fields[elements])
    return numbered.field if numbered else None


@cache
def element_lists(of: RecordName = INCIDENT) -> tuple[str, ...]:
    """The fields of a record that are lists of elements."""
    fields: Mapping[str, Schema] = _root(of)["properties"]
    return tuple(name for name, node in fields.items() if "properties" in _known(_known(node, of).get("items", {}), of))


def _numbered(annotated: Any) -> Numbered | None:
    """The validator by which elements are numbered, within a field or an annotation."""
    for one in (*getattr(annotated, "metadata", ()), *getattr(annotated, "__metadata__", ())):
        if isinstance(found := getattr(one, "func", None), Numbered):
            return found
    parts = get_args(getattr(annotated, "annotation", annotated))
    return next((found for part in parts if (found := _numbered(part)) is not None), None)


@cache
def _root(of: RecordName) -> Schema:
    return FORMS[of].line.model_json_schema()


def _element(elements: str, of: RecordName) -> Schema:
    number_of(elements, of)
    return _known(_known(_root(of)["properties"][elements], of)["items"], of)


def _property(node: Schema, name: str, path: str) -> Schema:
    properties: Mapping[str, Schema] = node["properties"]
    sayable = [one for one in properties if "op" not in properties or one not in NOT_SAID]
    if name not in sayable:
        fields = ", ".join(sayable)
        raise NoSuchField(f"{path}: there is no such field; those that are: {fields}")
    return properties[name]


def _known(node: Schema, of: RecordName) -> Schema:
    """What stands in a field that is not null, its reference followed."""
    choices = [one for one in node.get("anyOf", ()) if one.get("type") != "null"]
    node = choices[0] if choices else node
    reference = node.get("$ref")
    return _known(_root(of)["$defs"][reference.rpartition("/")[2]], of) if reference else node


def _is_nullable(node: Schema) -> bool:
    return any(one.get("type") == "null" for one in node.get("anyOf", ()))


def _described(node: Schema, path: str, of: RecordName) -> Target:
    if "properties" in node:
        raise NoSuchField(f"{path}: it has fields of its own, as in {path}.{next(iter(node['properties']))}")
    if node["type"] == "array":
        one = _known(node["items"], of)
        if "properties" in one:
            return Target(Kind.ELEMENTS, several=True)
        single = _described(one, path, of)
        return Target(single.kind, several=True, codes=single.codes)
    if "x-code-list" in node:
        return Target(Kind.CODE, codes=tuple(node.get("enum") or (node["const"],)))
    kinds = {
        "integer": Kind.NUMBER,
        "number": Kind.DECIMAL,
        "boolean": Kind.TRUTH,
        "date-time": Kind.MOMENT,
        "date": Kind.DAY,
    }
    if node.get("pattern") == FORM_OF_IDENTIFIERS:
        return Target(Kind.LOCAL)
    return Target(kinds.get(node.get("format") or node["type"], Kind.TEXT))
