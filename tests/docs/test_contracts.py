"""Contracts and code lists keep what the documentation says of them: described, labelled, sourced, never copied."""

import ast
import csv
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import shared.contracts
from shared.contracts.codes import CLOSED_LISTS, FOLDER, LOCAL_LISTS, code_lists
from shared.contracts.contract import Contract, label_of, labelled
from shared.contracts.contract import Label as FerpaLabel
from tests.docs.names import python_files, tree
from tests.docs.pages import CHECKOUT

COLUMNS = {"code", "label", "source", "valid_from", "valid_to"}
CODE_FOLDERS = ("daylight", "gateway", "services", "shared")
RULES = sorted(CHECKOUT.glob("services/*/*/rules.py"))
ALWAYS_KNOWN = {
    "text_presence": "Daylight says it itself: a text was given, or none was",
    "nibrs_location": "the FBI's list, with a code of its own for other and unknown; not known is null",
    "grade_levels": "the list of CEDS and Ed-Fi; not known is null",
    "side": "a judgement is given by one side or by the other",
    "flag_state": "Daylight says it itself",
    "flag_severity": "the rule says it",
    "flag_reader": "the rule says it",
    "clock_state": "Daylight computes it",
    "clock_basis": "the limit says it",
    "sro_training_topic": "topics that are not known are null, and one that is none of these is left out",
    "staff_training_topic": "the same",
    "nondiscrimination_topic": "the same",
    "ferpa_bases": "the provisions of 34 CFR Part 99; none named is null",
    "revealed_part": "whoever asks says for what",
    "guardian_relationship": "the district says it of somebody whom it knows",
    "guardian_rights": "rights are full until something revokes them",
    "rights_revoked_by": "34 CFR 99.4 names what can revoke them",
    "school_measure": "whoever sends a figure says of what it is",
    "disclosure_outcome": "the policy says it",
    "unusual_read": "Daylight computes it",
    "unusual_read_state": "Daylight says it itself",
    "summary_measure": "the fourteen measures of the principles",
    "summary_unit": "the counting rule says it",
    "summary_dimension": "whoever asks says by what",
    "summary_period": "whoever asks says by what",
    "race_owner": "a number says whose it is",
    "disparity_dimension": "whoever asks says by what",
    "comparison_status": "Daylight computes it",
    "tie_out_event": "whoever asks says of what",
    "tie_out_reason": "Daylight finds it; unexplained is one",
    "crdc_elements": "the Department's list of questions",
    "webhook_change": "whoever asks says of what",
    "webhook_state": "Daylight says it itself",
    "webhook_message_state": "Daylight says it itself",
    "webhook_failure": "Daylight says it itself",
}
"""Closed lists of fields without `unknown`, and why."""


def every_contract() -> list[type[Contract]]:
    """Every contract that is declared in `shared/contracts/`."""
    for module in pkgutil.iter_modules(shared.contracts.__path__, "shared.contracts."):
        importlib.import_module(module.name)
    return [one for one in _below(Contract) if one.__module__.startswith("shared.contracts.")]


def _below(contract: type[Contract]) -> Iterator[type[Contract]]:
    for one in contract.__subclasses__():
        yield one
        yield from _below(one)


def lacking(contracts: Iterable[type[Contract]]) -> list[str]:
    """Every field that has no description or no label."""
    found = []
    for contract in contracts:
        for name, field in contract.model_fields.items():
            try:
                label_of(contract, name)
            except KeyError:
                found.append(f"{contract.__name__}.{name} has no label")
            if not (field.description or "").strip():
                found.append(f"{contract.__name__}.{name} has no description")
    return found


def lists_of_fields() -> dict[str, set[str]]:
    """The code lists that fields of each name are bound to, in any contract."""
    found: dict[str, set[str]] = {}
    for contract in every_contract():
        for name, schema in contract.model_json_schema().get("properties", {}).items():
            for one in _within(schema):
                if "x-code-list" in one:
                    found.setdefault(name, set()).add(one["x-code-list"])
    return found


def _within(schema: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _within(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _within(value)


def test_every_field_of_every_contract_has_a_description_and_a_label() -> None:
    contracts = every_contract()
    assert len(contracts) > 50
    assert lacking(contracts) == []


def test_a_field_without_a_label_is_found() -> None:
    class Careless(Contract):
        """Made for this test alone."""

        name: str
        kind: str = labelled(FerpaLabel.FACT, "")

    assert lacking([Careless]) == [
        "Careless.name has no label",
        "Careless.name has no description",
        "Careless.kind has no description",
    ]


def test_every_closed_list_of_a_field_has_unknown() -> None:
    bound = set().union(*lists_of_fields().values())
    assert {name for name in bound if "unknown" not in code_lists()[name]} == set(ALWAYS_KNOWN)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_every_code_of_a_file_has_a_label_a_source_and_its_validity(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert rows[0].keys() >= COLUMNS
    assert (path.stem in (CLOSED_LISTS, LOCAL_LISTS)) == ("list" in rows[0])
    keys = [(row.get("list"), row["code"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["code"].strip(), row
        assert row["label"].strip(), row
        assert row["source"].strip(), row
        days = [date.fromisoformat(row[name]) for name in ("valid_from", "valid_to") if row[name]]
        assert days == sorted(days), row


def collections_in(module: ast.Module) -> Iterator[tuple[int, set[str]]]:
    """Every set, list, tuple, dictionary and `Literal` of strings that a module writes out, with its line."""
    for node in ast.walk(module):
        elements = getattr(node, "keys", None) if isinstance(node, ast.Dict) else getattr(node, "elts", None)
        words = {one.value for one in elements or () if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        if words:
            yield getattr(node, "lineno", 0), words


def test_no_module_writes_out_a_whole_code_list() -> None:
    lists = {name: set(entries) for name, entries in code_lists().items() if len(entries) > 2}
    copies = [
        f"{path.relative_to(CHECKOUT)}:{line} is a copy of {name}"
        for path in python_files(*CODE_FOLDERS)
        for line, words in collections_in(tree(path))
        for name, codes in lists.items()
        if words >= codes
    ]
    assert copies == []


def test_a_copy_of_a_code_list_is_found() -> None:
    ((_, words),) = collections_in(ast.parse('SEXES: Literal["female", "male", "unknown"]'))
    assert words >= set(code_lists()["sex"])


def compared(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Each attribute that a module compares with a string written out, and that string."""
    for node in ast.walk(module):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute):
            for constant in (one for side in node.comparators for one in ast.walk(side)):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield node.left.attr, constant.value


def test_a_code_that_a_rule_compares_with_is_in_its_list() -> None:
    lists, checked = lists_of_fields(), 0
    for path in RULES:
        for field, code in compared(tree(path)):
            allowed = {known for name in lists.get(field, ()) for known in code_lists()[name]}
            if allowed:
                assert code in allowed, f"{path.relative_to(CHECKOUT)}: {field} is never {code}"
                checked += 1
    assert checked >= 5


def test_every_word_that_a_rule_names_is_a_code_or_a_field() -> None:
    codes = {"", *(code for entries in code_lists().values() for code in entries)}
    fields = {name for contract in every_contract() for name in contract.model_fields}
    for path in RULES:
        for line, words in collections_in(tree(path)):
            assert words <= codes | fields, f"{path.relative_to(CHECKOUT)}:{line}: {words - codes - fields}"
