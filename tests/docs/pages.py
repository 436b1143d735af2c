"""The project's pages in Markdown, taken apart: fenced blocks, links, words set as code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
DOCS = CHECKOUT / "docs"
FENCE = re.compile(r"^(?P<fence>```+)(?P<language>\w*) ?(?P<rest>[^\n]*)\n(?P<text>(?s:.*?))^(?P=fence)$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what stands behind that, its text, and the line it begins on."""

    language: str
    rest: str
    text: str
    line: int


def pages() -> list[Path]:
    """Every page of the project."""
    return [CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(one["language"], one["rest"], one["text"], text.count("\n", 0, one.start()) + 1)
        for one in FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def paragraphs(page: Path) -> Iterator[str]:
    """The paragraphs, headings and list items of a page, without its fenced blocks."""
    for part in re.split(r"\n\s*\n|\n(?=[-*#] |\d+\. )", prose(page)):
        if part.strip():
            yield part.strip()


def links(page: Path) -> list[str]:
    """Where the links of a page lead that stay in this project, as they are written, without a place in the page."""
    found = [link.partition("#")[0] for link in LINK.findall(prose(page))]
    return [link for link in found if link and "://" not in link]
