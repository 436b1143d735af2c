"""The pages' words, in every language in which they are served."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import yaml
from pydantic import TypeAdapter

FILE = Path(__file__).with_name("words.yaml")
LANGUAGES = ("en", "es")
Language: TypeAlias = Literal["en", "es"]
ANY_DIMENSION = "any"

Phrase = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase in every language: texts, titles by design, dimensions, and codes by dimension."""

    texts: Mapping[str, Phrase]
    titles: Mapping[str, Phrase]
    dimensions: Mapping[str, Phrase]
    codes: Mapping[str, Mapping[str, Phrase]]


@cache
def phrases() -> Phrases:
    """The phrases of this release. Raises ValidationError for one that lacks a language."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(Phrases).validate_python(content)


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases in one language."""

    language: Language

    def __call__(self, name: str, **values: object) -> str:
        """A text with its values. Raises KeyError for one that does not exist."""
        return phrases().texts[name][self.language].format(**values)

    def title(self, design: str) -> str:
        """The title of tables of a design."""
        return phrases().titles[design][self.language]

    def dimension(self, name: str) -> str:
        """What a dimension is called."""
        return phrases().dimensions[name][self.language]

    def code(self, dimension: str, code: str) -> str:
        """What a code of a dimension means; a code without a phrase stands for itself."""
        known = phrases().codes.get(dimension, {}).get(code) or phrases().codes[ANY_DIMENSION].get(code)
        return code if known is None else known[self.language]

    @property
    def other(self) -> Language:
        """The language that a page offers instead."""
        return "es" if self.language == "en" else "en"


def language_of(asked: str | None, accepted: str | None) -> Language:
    """The language that is asked for, or else the one that a browser would rather have (RFC 9110, 12.5.4)."""
    if asked in LANGUAGES:
        return "es" if asked == "es" else "en"
    for part in sorted((accepted or "").split(","), key=_quality, reverse=True):
        language = part.partition(";")[0].strip().lower().partition("-")[0]
        if language in LANGUAGES and _quality(part) > 0:
            return "es" if language == "es" else "en"
    return "en"


def _quality(part: str) -> float:
    quality = part.partition(";q=")[2].strip()
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
