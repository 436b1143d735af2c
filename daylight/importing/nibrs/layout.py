"""The columns of the NIBRS flat file as data: `layout.yaml`, read once and checked."""

from functools import cache, cached_property
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from shared.contracts import codes

FILE = Path(__file__).parent / "layout.yaml"


class Field(BaseModel):
    """One field of a segment. Columns count from 1 and both ends belong to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: tuple[int, int]
    each: int | None = None
    kind: Literal["text", "number", "date", "hour", "age", "ori", "identifier", "code"] = "text"
    codes: frozenset[str] | None = None
    code_list: str | None = None
    needed: bool = False
    element: str | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        first, last = self.at
        if not 1 <= first <= last or (self.each and (last - first + 1) % self.each):
            raise ValueError(f"columns {first}-{last} do not hold whole entries")
        if (self.kind == "code") != (self.known_codes is not None):
            raise ValueError("a field of kind code, and no other, says its codes")
        return self

    @cached_property
    def known_codes(self) -> frozenset[str] | None:
        """The codes that the field may hold; None where it is no code. Raises KeyError for an unknown code list."""
        return frozenset(codes.code_list(self.code_list)) if self.code_list else self.codes

    @cached_property
    def columns(self) -> slice:
        """The field's place in a line, for Python."""
        return slice(self.at[0] - 1, self.at[1])

    def entries(self, line: str) -> tuple[str, ...]:
        """What stands in the field, entry by entry, without blanks around; one entry where it does not repeat."""
        first, last = self.at
        width = self.each or last - first + 1
        return tuple(line[start : start + width].strip() for start in range(first - 1, last, width))


class SegmentLayout(BaseModel):
    """One kind of segment: its name, the lengths it may have, its fields, and which of them an import reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    lengths: tuple[int, ...]
    read: tuple[str, ...]
    fields: dict[str, Field]

    @model_validator(mode="after")
    def _reads_what_it_has(self) -> Self:
        if missing := set(self.read) - set(self.fields):
            raise ValueError(f"{self.name} reads fields that it does not have: {sorted(missing)}")
        return self

    @cached_property
    def fields_read(self) -> tuple[tuple[str, Field], ...]:
        """The fields that an import reads, each with its name."""
        return tuple((name, self.fields[name]) for name in self.read)


class Layout(BaseModel):
    """The whole flat file: the header of every line, and the segments by their level."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    header: dict[str, Field]
    segments: dict[str, SegmentLayout]


@cache
def layout() -> Layout:
    """The layout of the FBI's NIBRS Technical Specification 2019.1."""
    return Layout.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
