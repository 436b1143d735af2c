"""The pages: from the gateway's own files alone, under a strict policy, one for each problem."""

import csv
import re
from html import escape
from pathlib import Path

import pytest

from gateway import policy
from gateway.execution import SCHEMA
from gateway.pages.ferpa import COLUMNS
from gateway.reveals import rules
from shared.web.problems import PROBLEMS
from tests.gateway.conftest import Gateway

WRITTEN_SCHEMA = Path(__file__).parents[2] / "docs" / "schema.graphql"
LOADED = re.compile(r"(?:src|href)=\"([^\"]+)\"")


async def test_the_explorer_loads_everything_from_the_gateway_itself(gateway: Gateway) -> None:
    page = await gateway.http.get("/graphql", headers={"Accept": "text/html"})
    assert page.status_code == 200
    loaded = LOADED.findall(page.text)
    assert len(loaded) == 7
    for path in loaded:
        assert path.startswith("/"), path
        assert (await gateway.http.get(path)).status_code == 200, path


async def test_the_explorers_policy_admits_no_script_but_ours(gateway: Gateway) -> None:
    policy = (await gateway.http.get("/graphql")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_every_problem_has_a_page_that_says_what_to_do(gateway: Gateway) -> None:
    for code, problem in PROBLEMS.items():
        page = await gateway.http.get(f"/problems/{code}")
        assert page.status_code == 200, code
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert f"<code>{code}</code>" in page.text
        assert escape(problem.explanation) in page.text
        assert '<html lang="en">' in page.text


def lines_of(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines(), restval=""))


@pytest.mark.parametrize(("anchor", "table"), [("shown", policy.TABLE), ("unsealed", rules.TABLE)])
async def test_the_whole_policy_stands_on_one_page(gateway: Gateway, anchor: str, table: Path) -> None:
    page = await gateway.http.get("/docs/ferpa")
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    for row in lines_of(table):
        (section,) = re.findall(f'<section id="{anchor}-{row["rule"]}">.*?</section>', page.text, flags=re.DOTALL)
        for column, words in row.items():
            assert column in {"rule", "effect", *COLUMNS}
            assert column == "effect" or words in ("", "*") or escape(words) in section, (row["rule"], column)


async def test_no_page_loads_anything_from_elsewhere(gateway: Gateway) -> None:
    for path in ("/docs/ferpa", "/problems/not-found"):
        page = (await gateway.http.get(path)).text
        assert all(loaded.startswith("/") for loaded in LOADED.findall(page))
        assert "<script" not in page


async def test_a_problem_that_does_not_exist_has_no_page(gateway: Gateway) -> None:
    answer = await gateway.http.get("/problems/%3Cscript%3E")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_the_written_schema_is_the_one_that_is_served(gateway: Gateway) -> None:
    served = (await gateway.http.get("/schema.graphql")).text
    assert served == SCHEMA.as_str() == WRITTEN_SCHEMA.read_text(encoding="utf-8").removesuffix("\n")
