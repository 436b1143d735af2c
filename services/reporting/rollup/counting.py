"""Counting rules: what of a record each measure counts, as versioned data (P7)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, TypeAdapter

from shared.contracts.codes import CodeOf, code_list
from shared.contracts.contract import Contract, Identifier

FILE = Path(__file__).with_name("counting_rules.yaml")

Conditions = dict[Identifier, tuple[Identifier, ...]]


class MeasureRule(Contract):
    """How one measure is counted. Its keys are explained in `counting_rules.yaml`."""

    unit: Annotated[str, CodeOf("summary_unit")]
    of: Literal["contact", "actions", "conduct", "charges"] | None = None
    where: Conditions = Field(default_factory=dict)
    open: Conditions = Field(default_factory=dict)


class CountingRules(Contract):
    """The rules of one authority, in one version."""

    rule: Identifier
    version: int
    authority: str
    source: str
    measures: dict[Annotated[str, CodeOf("summary_measure")], MeasureRule]

    @property
    def name(self) -> str:
        """The name by which a number says how it was counted."""
        return f"{self.rule}-{self.version}"

    @property
    def collected(self) -> Mapping[str, MeasureRule]:
        """The measures that somebody here collects."""
        return {name: rule for name, rule in self.measures.items() if rule.of is not None}


@cache
def counting_rules() -> CountingRules:
    """The rules of this release, one for each measure of the list. Raises ValidationError, and KeyError for a gap."""
    content = TypeAdapter(dict[str, object]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    rules = CountingRules.model_validate(content, strict=False)
    return rules.model_copy(update={"measures": {code: rules.measures[code] for code in code_list("summary_measure")}})
