"""The data dictionary: every field of every contract, with its type, FERPA label and meaning."""

import ast
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import gateway.app
import services.incidents.app
import services.reporting.app
import services.training.app
from docs.generate.markdown import anchor, code, first_sentence, page, prose, table
from shared.contracts import contract as contract_module
from shared.contracts.contract import Contract, Label, contracts_within, label_of
from shared.contracts.events import Event

ABOUT = """
Every field of what Daylight takes in, keeps, publishes and answers. Nothing else is taken: an unlisted field is
refused. The label says what a field can tell about a person; the policy (`gateway/policy.csv`) decides by it
who may see the field. What comes in with names and sentences is called a report; what is kept has the same
fields without them."""
PARTS: Mapping[str, tuple[type[Contract], ...]] = {
    "Incidents": tuple(services.incidents.app.CONTRACTS),
    "Training": tuple(services.training.app.CONTRACTS),
    "Directory": tuple(services.reporting.app.CONTRACTS),
    "Reveals": gateway.app.CONTRACTS,
    "Events": (Event,),
}


def dictionary() -> str:
    """The page: the labels, then every contract that a service speaks, by service."""
    labels = table(("label", "what the field tells"), ((code(name), said) for name, said in label_meanings().items()))
    blocks = ["## Labels", labels]
    for part, contracts in documented().items():
        blocks += [f"## {part}", *(contract_block(one) for one in contracts)]
    return page("Data dictionary", prose(ABOUT), *blocks)


def documented() -> dict[str, list[type[Contract]]]:
    """Every contract that a service speaks, with those nested in it, each once, by service."""
    seen: set[type[Contract]] = set()
    found: dict[str, list[type[Contract]]] = {}
    for part, roots in PARTS.items():
        within = dict.fromkeys(one for root in roots for one in contracts_within(root))
        found[part] = [one for one in within if one not in seen]
        seen |= within.keys()
    return found


def contract_block(contract: type[Contract]) -> str:
    """One contract: what it is, and its fields."""
    return f"### {contract.__name__}\n\n{first_sentence(contract.__doc__)}\n\n{fields(contract)}"


def fields(contract: type[Contract]) -> str:
    """The fields of a contract as a table. Raises KeyError for one without a label."""
    properties = contract.model_json_schema()["properties"]
    rows = (
        (
            code(name),
            type_of(properties[name]),
            _left_out(properties[name], required=field.is_required()),
            label_of(contract, name),
            field.description,
        )
        for name, field in contract.model_fields.items()
    )
    return table(("field", "type", "left out", "label", "what it says"), rows)


def label_meanings() -> dict[str, str]:
    """What each FERPA label means, as the sentence below it in the code says."""
    body = ast.parse(inspect.getsource(contract_module)).body
    labels = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == Label.__name__)
    said: dict[str, str] = {}
    for name, sentence in zip(labels.body[1::2], labels.body[2::2], strict=True):
        if isinstance(name, ast.Assign) and isinstance(sentence, ast.Expr):
            said[ast.literal_eval(name.value)] = ast.literal_eval(sentence.value)
    return {label.value: said[label.value] for label in Label}


def type_of(schema: Mapping[str, Any]) -> str:
    """A JSON Schema in words, with links to contracts and code lists."""
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({anchor(name)})"
    if "x-code-list" in schema:
        name = schema["x-code-list"]
        return f"code of [{name}](code-lists.md{anchor(name)})"
    if "const" in schema:
        return code(json.dumps(schema["const"]))
    if "enum" in schema:
        return " or ".join(code(json.dumps(value)) for value in schema["enum"])
    if schema["type"] == "array":
        return ", ".join([f"list of {type_of(schema['items'])}", *_limits(schema, "minItems", "maxItems", "elements")])
    return ", ".join([FORMS.get(schema.get("format", ""), TYPES[schema["type"]]), *_more(schema)])


TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "object": "object",
}
FORMS = {"date-time": "time with offset", "date": "day", "uuid": "UUID"}


def _more(schema: Mapping[str, Any]) -> Iterator[str]:
    if "pattern" in schema:
        yield code(schema["pattern"])
    yield from _limits(schema, "minLength", "maxLength", "characters")
    if "minimum" in schema:
        yield f"from {schema['minimum']}"
    if schema.get("maximum", 2**31 - 1) != 2**31 - 1:
        yield f"to {schema['maximum']}"


def _limits(schema: Mapping[str, Any], least: str, most: str, what: str) -> Iterable[str]:
    if most in schema:
        yield f"{schema.get(least, 0)} to {schema[most]} {what}"
    elif least in schema:
        yield f"at least {schema[least]} {what}"


def _left_out(schema: Mapping[str, Any], *, required: bool) -> str:
    return "**required**" if required else code(json.dumps(schema.get("default")))
