"""The pages that are made from the code are committed as the code makes them, and leave nothing out."""

import json
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI

from docs.generate import applications, pages
from docs.generate.dictionary import documented
from shared.contracts.codes import code_lists
from shared.settings import Settings
from shared.web.problems import PROBLEMS
from tests.docs.pages import CHECKOUT, DOCS

METHODS = ("get", "put", "post", "patch", "delete")


@pytest.fixture(scope="module")
def apps() -> dict[str, FastAPI]:
    """Every service's application, not started."""
    return applications()


def written(name: str) -> str:
    """A committed page."""
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_generated_page_is_committed_as_the_code_makes_it() -> None:
    stale = [name for name, text in pages().items() if not (DOCS / name).exists() or written(name) != text]
    assert stale == [], "run: python -m docs.generate"


def test_every_setting_is_on_its_page_with_a_description() -> None:
    for name, field in Settings.model_fields.items():
        assert f"| `DAYLIGHT_{name.upper()}` |" in written("settings.md")
        assert field.description, name


def test_every_route_that_openapi_knows_is_on_its_page(apps: dict[str, FastAPI]) -> None:
    page = written("routes.md")
    for app in apps.values():
        for path, operations in app.openapi()["paths"].items():
            for method in operations.keys() & set(METHODS):
                assert f"| `{method.upper()} {path}` |" in page


def test_a_route_that_writes_records_names_its_scope() -> None:
    lines = [line for line in written("routes.md").splitlines() if line.startswith(("| `PUT", "| `POST /v1"))]
    assert len(lines) > 10
    for line in lines:
        assert ".write` |" in line, line


def test_every_event_type_is_on_its_page(apps: dict[str, FastAPI]) -> None:
    for service in ("incidents", "training", "reporting"):
        for event in json.loads(written(f"asyncapi/{service}.json"))["channels"]:
            assert f"| `{event}` | {service} |" in written("events.md")


def test_every_problem_is_on_its_page_with_its_status() -> None:
    answered, _, later = written("problems.md").partition("nothing answers with them yet")
    for code, problem in PROBLEMS.items():
        assert f"| `{code}` | {problem.status} |" in answered or f"`{code}`" in later, code


def test_every_field_and_every_code_is_on_its_page() -> None:
    dictionary, codes = written("data-dictionary.md"), written("code-lists.md")
    for contracts in documented().values():
        for contract in contracts:
            assert f"### {contract.__name__}\n" in dictionary
    for name, entries in code_lists().items():
        section = codes.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for code in entries:
            assert f"| `{code}` |" in section, (name, code)


@pytest.fixture(scope="module")
def asyncapi() -> jsonschema_rs.Validator:
    """The JSON Schema of AsyncAPI 3.0.0, as npm's @asyncapi/specs publishes it."""
    schema: dict[str, Any] = json.loads((CHECKOUT / "tests/data/asyncapi_3.0.0.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema)


@pytest.mark.parametrize("service", ["incidents", "training", "reporting"])
def test_the_events_are_described_in_valid_asyncapi(service: str, asyncapi: jsonschema_rs.Validator) -> None:
    document = json.loads(written(f"asyncapi/{service}.json"))
    assert [error.message for error in asyncapi.iter_errors(document)] == []


def test_asyncapi_that_is_not_valid_is_found(asyncapi: jsonschema_rs.Validator) -> None:
    document = json.loads(written("asyncapi/incidents.json"))
    next(iter(document["operations"].values()))["action"] = "shout"
    assert not asyncapi.is_valid(document)
