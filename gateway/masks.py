"""Cuts a record down to what a viewer may see: the FERPA label of every field, held against the policy."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, get_args, get_origin

from gateway.policy import Rule
from shared.contracts.contract import Contract, Label, contract_in, label_of

NEVER_SHOWN = frozenset({Label.SEALED, Label.INTERNAL})
EVERY_INDEX = "*"
SEEN_BY = "seen_by"
"""The field in which a flag, or what stands for one, says who is shown it."""

Path: TypeAlias = tuple[str, ...]
Decide: TypeAlias = Callable[[Label, str], Rule]


@dataclass(frozen=True, slots=True)
class Mask:
    """What is done to each field of a record: never shown, withheld by a rule, or looked into.

    `addressed` are lists whose elements say who is shown them (`seen_by`), with those of whom the viewer is one.
    """

    removed: frozenset[str]
    withheld: Mapping[str, Rule]
    inside: Mapping[str, "Mask"]
    lists: frozenset[str]
    addressed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.removed or self.withheld or self.inside or self.addressed)

    @property
    def withholds(self) -> bool:
        """Whether any field is withheld by a rule."""
        return next(self.paths(), None) is not None

    def cut(self, record: dict[str, Any]) -> dict[str, Any]:
        """Cut a record, in place: fields that are never shown go, withheld ones become None."""
        for name in self.removed:
            record.pop(name, None)
        for name in self.withheld:
            record[name] = None
        for name, readers in self.addressed.items():
            if (elements := record.get(name)) is not None:
                record[name] = [one for one in elements if not readers.isdisjoint(one[SEEN_BY])]
        for name, mask in self.inside.items():
            for element in _elements(record.get(name)):
                mask.cut(element)
        return record

    def paths(self) -> Iterator[tuple[Path, Rule]]:
        """Every withheld field with its rule; `*` stands for each index of a list."""
        for name, rule in self.withheld.items():
            yield (name,), rule
        for name, mask in self.inside.items():
            place = (name, EVERY_INDEX) if name in self.lists else (name,)
            for path, rule in mask.paths():
                yield place + path, rule


def mask(contract: type[Contract], decide: Decide, readers: Iterable[str] = (), place: str = "") -> Mask:
    """The mask of a contract; `decide` is asked for each field by its label and its path, as `people.perceived`."""
    removed, withheld, inside, lists, addressed = set(), {}, {}, set(), {}
    for name, declared in contract.model_fields.items():
        label = label_of(contract, name)
        path = f"{place}.{name}" if place else name
        if label in NEVER_SHOWN:
            removed.add(name)
        elif not (rule := decide(label, path)).permits:
            withheld[name] = rule
        elif nested := contract_in(declared.annotation):
            if SEEN_BY in nested.model_fields:
                addressed[name] = frozenset(readers)
            if deeper := mask(nested, decide, readers, path):
                inside[name] = deeper
                if holds_list(declared.annotation):
                    lists.add(name)
    return Mask(frozenset(removed), withheld, inside, frozenset(lists), addressed)


def holds_list(annotation: Any) -> bool:
    """Whether a contract's field holds several values: `tuple[Person, ...] | None` does."""
    return get_origin(annotation) is tuple or any(holds_list(part) for part in get_args(annotation))


def withheld(path: Path, rule: Rule) -> dict[str, Any]:
    """An entry of `withheld`: what is not shown, by which rule and section, why, and who may see it."""
    return {
        "path": list(path),
        "rule": rule.name,
        "section": rule.section,
        "reason": rule.reason,
        "who_may": rule.who_may,
    }


def _elements(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []
