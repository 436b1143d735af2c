"""Lists of what follows for officers, on a day: computed from what is known now, so that any day can be asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.training.conclusion import store
from services.training.conclusion.rules import Concluded, conclude
from services.training.principles.limits import Limits
from services.training.sight import Sight
from shared.contracts.contract import Contract
from shared.records.database import Database

AT_ONCE = 200

Items = Callable[[Concluded], Iterable[tuple[str, Contract]]]
"""What is listed of one officer, each with a name that no other of the officer has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom a list is, on which day, and after which key (`ori/officer number/name`, or empty) it begins."""

    sight: Sight
    today: date
    after: str


async def listed(database: Database, limits: Limits, asked: Asked, items: Items, *, limit: int) -> list[dict[str, Any]]:
    """At most `limit` items by key, each with its `key` and the `item` itself."""
    found: list[dict[str, Any]] = []
    officer, name = _place(asked.after)
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        while len(found) < limit:
            sight = asked.sight
            officers = await store.list_officers(
                connection, sight.oris, officer_number=sight.officer_number, begins_with=officer, limit=AT_ONCE
            )
            known = await store.known(connection, officers, asked.today)
            for about in officers:
                concluded = conclude(known[about].dossier, known[about].flags, limits, asked.today)
                of_officer = sorted(items(concluded), key=lambda one: one[0])
                found += [
                    {"key": f"{about}/{each}", "item": item}
                    for each, item in of_officer
                    if (about, each) > (officer, name)
                ]
            if len(officers) < AT_ONCE:
                break
            officer, name = officers[-1], LAST
    return found[:limit]


LAST = "\U0010ffff"
"""Stands behind every name."""


def _place(after: str) -> tuple[str, str]:
    """The officer and the name behind which a list begins."""
    if not after:
        return "", ""
    ori, officer_number, name = after.split("/", 2)
    return f"{ori}/{officer_number}", name
