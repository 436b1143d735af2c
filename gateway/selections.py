"""Which withheld fields a GraphQL query selected, and where they stand in its answer."""

from collections.abc import Iterator

from strawberry.types.nodes import SelectedField, Selection
from strawberry.utils.str_converters import to_camel_case

from gateway.masks import EVERY_INDEX, Mask, Path
from gateway.policy import Rule


def selected(selections: list[Selection]) -> Iterator[tuple[str, SelectedField]]:
    """The fields of a selection with the names that they have in the answer, fragments spread out."""
    for node in selections:
        if node.directives.get("skip", {}).get("if") is True or node.directives.get("include", {}).get("if") is False:
            continue
        if isinstance(node, SelectedField):
            yield node.alias or node.name, node
        else:
            yield from selected(node.selections)


def withheld_paths(mask: Mask, selections: list[Selection], place: Path) -> Iterator[tuple[Path, Rule]]:
    """Every selected field that the mask withholds, with its rule; `*` stands for each index of a list."""
    rules = {to_camel_case(name): rule for name, rule in mask.withheld.items()}
    inside = {to_camel_case(name): (name, deeper) for name, deeper in mask.inside.items()}
    for shown_as, node in selected(selections):
        if rule := rules.get(node.name):
            yield (*place, shown_as), rule
        elif node.name in inside:
            name, deeper = inside[node.name]
            below = (*place, shown_as, EVERY_INDEX) if name in mask.lists else (*place, shown_as)
            yield from withheld_paths(deeper, node.selections, below)


def below(selections: list[Selection], place: Path, *names: str) -> Iterator[tuple[Path, list[Selection]]]:
    """The selections that stand below fields of these names, one in the other; `edges` is a list."""
    if not names:
        yield place, selections
        return
    for shown_as, node in selected(selections):
        if node.name == names[0]:
            step = (shown_as, EVERY_INDEX) if node.name == "edges" else (shown_as,)
            yield from below(node.selections, place + step, *names[1:])
