"""`/docs/ferpa`: the whole policy on one page, made to be read by counsel: each line of the two tables in words."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path

from gateway import policy
from gateway.reveals import rules

EFFECTS = {
    policy.WITHHOLD: "These withhold. Each beats every line that permits.",
    policy.PERMIT: "These permit what no line above withholds.",
    policy.OTHERWISE: "And what no line names is withheld:",
}
COLUMNS = {
    "roles": "To whom",
    "relationships": "How the record stands to them",
    "classes": "Which records",
    "custodians": "Kept by",
    "labels": "Which facts, by their label",
    "fields": "These fields alone",
    "parts": "Which sealed parts",
    "purposes": "For what purpose",
    "bases": "Under which provision of 34 CFR Part 99",
    "readers": "Flags shown are those for",
    "section": "By",
    "reason": "Why",
    "who_may": "Who may",
}
"""The columns of the tables, as a reader is told of them."""
SECTIONS: Mapping[str, tuple[str, str, Path]] = {
    "shown": (
        "What is shown of a record",
        "Who reads which facts, in every answer alike: a query, a list, one record, the change feed, a filter.",
        policy.TABLE,
    ),
    "unsealed": (
        "What is unsealed",
        "Names and sentences are in no view. Who asks to see them is recorded first, whether it is granted or not.",
        rules.TABLE,
    ),
}
"""Each table by its anchor: title, what it decides, and where it stands. A rule may stand in both."""


@cache
def ferpa_page() -> str:
    """The page as HTML, the same for everybody."""
    body = "\n".join(_section(anchor, *told) for anchor, told in SECTIONS.items())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who may see what, and by which law</title>
<link rel="stylesheet" href="/static/daylight.css">
</head>
<body>
<main>
<h1>Who may see what, and by which law</h1>
<p>These tables decide what is shown. An answer names the line that withheld something, the section of the law, and who
may see it.</p>
{body}
</main>
</body>
</html>
"""


def _section(anchor: str, title: str, about: str, table: Path) -> str:
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines(), restval=""))
    parts = [f'<h2 id="{anchor}">{escape(title)}</h2>', f"<p>{escape(about)}</p>"]
    for effect, words in EFFECTS.items():
        parts.append(f"<p><strong>{escape(words)}</strong></p>")
        parts += [_rule(anchor, row) for row in rows if row["effect"] == effect]
    return "\n".join(parts)


def _rule(anchor: str, row: Mapping[str, str]) -> str:
    said = "\n".join(f"<dt>{escape(label)}</dt><dd>{escape(words)}</dd>" for label, words in _told(row))
    rule = escape(row["rule"])
    return f'<section id="{anchor}-{rule}">\n<h3>{rule}</h3>\n<dl>\n{said}\n</dl>\n</section>'


def _told(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column, label in COLUMNS.items():
        if words := row.get(column, ""):
            yield label, "all" if words == policy.ANY else words
