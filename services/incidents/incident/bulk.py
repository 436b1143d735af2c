"""How incidents take the lines of a bulk push."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from services.incidents.incident import rules, store
from services.incidents.incident.keys import canonical, own
from services.incidents.incident.store import Incoming
from shared.contracts.incidents import IncidentLine, IncidentVoidLine
from shared.records.keep import Kept
from shared.records.vault import Vault
from shared.web import body
from shared.web.bulk import Bulk, Names
from shared.web.caller import Caller
from shared.web.held import Held
from shared.web.problems import Problem
from shared.web.writes import bulk_answers, writing


def incident_lines(state: Held, vault: Vault, caller: Caller, *, now: datetime, dry_run: bool) -> Bulk[Incoming]:
    """The lines of one bulk push: reports and voids of the caller's own agencies."""

    async def apply(batch: Mapping[str, Incoming]) -> Mapping[str, Kept | Problem]:
        async with writing(state):
            outcomes = await store.put_incidents(
                state.database, vault, list(batch.values()), by=caller.client, at=now, dry_run=dry_run
            )
        return bulk_answers(outcomes)

    return Bulk(service=state.service, name=_name, read=partial(_read, caller=caller, now=now), apply=apply)


def _name(plain: dict[str, Any]) -> Names:
    ori, number = plain.get("ori"), plain.get("incident_number")
    key = canonical(ori if isinstance(ori, str) else "", number if isinstance(number, str) else "")
    return Names(str(key), {"ori": key.ori, "incident_number": key.number})


def _read(content: bytes, plain: dict[str, Any], *, caller: Caller, now: datetime) -> Incoming:
    key = canonical(plain["ori"], plain["incident_number"])
    own(caller, key.ori)
    if plain.get("op") == "void":
        body.parse(IncidentVoidLine, content)
        return Incoming(key, None)
    return Incoming(key, body.parse(IncidentLine, content, lambda report: rules.faults(report, now)))
