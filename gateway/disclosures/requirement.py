"""Which requests 34 CFR 99.32 wants recorded, so that a parent may inspect them. All are recorded, these or not."""

import csv
from collections.abc import Mapping
from functools import cache

from gateway.policy import EDUCATION_RECORD
from shared.contracts.codes import FOLDER


def required(record_class: str, basis: str | None, *, granted: bool) -> bool:
    """Whether 34 CFR 99.32 requires the entry of a request that names this basis, or none.

    It speaks of education records alone, and exempts some to whom it is disclosed: school officials, parents, whoever
    has consent (99.32(d)). Who only says so, and is refused, is not exempt. Raises KeyError for a basis that is not in
    the list.
    """
    return record_class == EDUCATION_RECORD and (not granted or basis is None or _recorded()[basis])


@cache
def _recorded() -> Mapping[str, bool]:
    """By basis, whether a disclosure on it must be recorded."""
    with (FOLDER / "ferpa_bases.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["recorded_99_32"] == "yes" for row in csv.DictReader(file)}
