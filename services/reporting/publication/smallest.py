"""The smallest count but 0 that may be printed, by the rule of the state."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("smallest_counts.csv")
WITHOUT_RULE = 10
"""Where no rule of a state is known: the commonest of the states' rules (NCES 2011-603)."""
STATE_LENGTH = 2


def smallest_count_of(owner: str) -> int:
    """The rule for a district or an agency: a LEAID begins with its state's FIPS code, an ORI with its postal code."""
    return _rules().get(owner[:STATE_LENGTH], WITHOUT_RULE)


@cache
def _rules() -> Mapping[str, int]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row[column]: int(row["smallest_count"]) for row in rows for column in ("state", "fips")}
