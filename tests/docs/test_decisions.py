"""Each decision is a page that says what, why and at what cost, and names the check that guards it."""

from pathlib import Path

import pytest

from tests.docs.pages import CHECKOUT, CODE, DOCS

FOLDER = DOCS / "decisions"
DECISIONS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
PARTS = ("**Decision.**", "**Why.**", "**Guarded by**")
ONE_PAGE = 40
"""Lines of a page that is read in one go."""


def guards(page: str) -> list[str]:
    """The tests that a decision names as its guards."""
    return [word for word in CODE.findall(page.partition("**Guarded by**")[2]) if word.startswith("tests/")]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_what_and_why_on_one_page(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert page.startswith("# ")
    assert len(page.splitlines()) <= ONE_PAGE
    for part in PARTS:
        assert page.count(f"\n{part}") == 1, part


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_guarded_by_tests_that_exist(path: Path) -> None:
    named = guards(path.read_text(encoding="utf-8"))
    assert named
    for name in named:
        assert (CHECKOUT / name).is_file(), name
        assert "def test_" in (CHECKOUT / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_every_path_that_a_decision_names_exists(path: Path) -> None:
    for word in CODE.findall(path.read_text(encoding="utf-8")):
        if "/" in word and word.endswith((".py", ".csv", ".yaml", ".md")):
            assert (CHECKOUT / word).exists(), word
