"""Every link inside the project leads somewhere, and every page can be reached from the README."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import CHECKOUT, links, pages

README = CHECKOUT / "README.md"
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PLACE = re.compile(r"\]\(([^)\s#]*)#([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """Where GitHub's links find the headings of a page."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_link_into_a_page_finds_its_heading(page: Path) -> None:
    for target, place in PLACE.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            found = anchors((page.parent / target).resolve() if target else page)
            assert place in found, f"{target}#{place}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [README]
    while waiting:
        page = waiting.pop().resolve()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [page.parent / link for link in links(page)]
    assert {page for page in pages() if page.resolve() not in reached} == set()
