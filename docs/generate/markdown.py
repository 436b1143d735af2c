"""The form that all generated pages have: a title, a line that says where they come from, tables."""

import textwrap
from collections.abc import Iterable, Sequence

MADE = "<!-- Made from the code by `python -m docs.generate`; a test fails where it is not up to date. -->"
WIDTH = 120


def page(title: str, *blocks: str) -> str:
    """A page of blocks, each set off by a blank line."""
    return "\n\n".join([f"# {title}", MADE, *blocks]) + "\n"


def prose(text: str) -> str:
    """Paragraphs, their lines filled anew."""
    filled = [
        textwrap.fill(" ".join(one.split()), WIDTH, break_long_words=False, break_on_hyphens=False)
        for one in text.split("\n\n")
    ]
    return "\n\n".join(filled)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in GitHub's Markdown. Bars and line breaks inside a cell are kept from ending it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def code(text: object) -> str:
    """A word of the code, set as such."""
    return f"`{text}`"


def first_sentence(docstring: str | None) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((docstring or "").strip().split("\n\n")[0].split())


def anchor(heading: str) -> str:
    """Where GitHub's links find a heading of one word."""
    return f"#{heading.lower()}"


def _cell(content: object) -> str:
    return str(content).replace("|", "\\|").replace("\n", " ")
