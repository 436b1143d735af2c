"""Designs: what can be published, as versioned data."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import TypeAdapter

from services.reporting.rollup.rules import AGE_BANDS, SEVERAL, UNKNOWN
from shared.contracts.codes import CodeOf, code_list
from shared.contracts.contract import Contract, Identifier

FILE = Path(__file__).with_name("designs.yaml")
SCHOOL = "school"
LISTS = {"initiated_by": "initiated_by", "race_ethnicity": "race_ethnicity", "outcome": "outcome_type"}
"""The code lists whose codes are the values of a dimension, beside `several` and `unknown`."""


class Design(Contract):
    """One kind of table. Its keys are explained in `designs.yaml`."""

    version: int
    scope: Literal["district", "agency"]
    counts: Annotated[str, CodeOf("publication_counts")]
    measure: Identifier
    title: str
    dimensions: tuple[Identifier, ...]
    printed: tuple[tuple[Identifier, ...], ...]

    def values(self, schools: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The values of each dimension, in order: they do not depend on what was counted, but for the schools."""
        return {name: schools if name == SCHOOL else values_of(name) for name in self.dimensions}


@cache
def values_of(dimension: str) -> tuple[str, ...]:
    """The values of a dimension other than the schools: its codes, `several` and `unknown` last."""
    codes = AGE_BANDS if dimension == "age" else tuple(code_list(LISTS[dimension]))
    return (*(code for code in codes if code != UNKNOWN), SEVERAL, UNKNOWN)


@cache
def designs() -> Mapping[str, Design]:
    """The designs of this release by name. Raises ValidationError."""
    content = TypeAdapter(dict[str, object]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    return {name: Design.model_validate(design, strict=False) for name, design in content.items()}
