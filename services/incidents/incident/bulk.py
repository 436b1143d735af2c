"""How incidents take the lines of a bulk push."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from services.incidents.conclusion.rules import Rulebook
from services.incidents.incident import rules, store
from services.incidents.incident.judging import Incoming
from services.incidents.incident.keys import IncidentKey, canonical, own
from shared.contracts.incidents import IncidentLine, IncidentVoidLine
from shared.records.keep import Kept
from shared.records.vault import Vault
from shared.web import body
from shared.web.bulk import Bulk, Names
from shared.web.caller import Caller
from shared.web.held import Held
from shared.web.problems import Problem
from shared.web.writes import bulk_answers, writing


@dataclass(frozen=True, slots=True)
class About:
    """What a line names: an incident, to be reported or to be void."""

    key: IncidentKey
    void: bool


def incident_lines(
    state: Held, vault: Vault, rulebook: Rulebook, caller: Caller, *, now: datetime, dry_run: bool
) -> Bulk[Incoming]:
    """The lines of one bulk push: reports and voids of the caller's own agencies."""

    async def apply(batch: Mapping[str, Incoming]) -> Mapping[str, Kept | Problem]:
        async with writing(state):
            outcomes = await store.put_incidents(
                state.database, vault, rulebook, list(batch.values()), by=caller.client, at=now, dry_run=dry_run
            )
        return bulk_answers(outcomes)

    name = partial(_name, now=now)
    return Bulk(service=state.service, name=name, read=partial(_read, caller=caller, now=now), apply=apply)


def _name(plain: dict[str, Any], *, now: datetime) -> Names:
    ori, number = plain.get("ori"), plain.get("incident_number")
    try:
        key = canonical(ori if isinstance(ori, str) else "", number if isinstance(number, str) else "")
    except Problem as unnamed:
        raise _with_other_faults(unnamed, plain, now) from None
    return Names(str(key), {"ori": key.ori, "incident_number": key.number}, About(key, plain.get("op") == "void"))


def _with_other_faults(unnamed: Problem, plain: dict[str, Any], now: datetime) -> Problem:
    found = {fault.pointer: fault for fault in unnamed.errors}
    try:
        _parse(json.dumps(plain).encode(), now, void=plain.get("op") == "void")
    except Problem as other:
        found |= {fault.pointer: fault for fault in other.errors}
    return Problem.of_faults(list(found.values()))


def _read(content: bytes, names: Names, *, caller: Caller, now: datetime) -> Incoming:
    about: About = names.about
    own(caller, about.key.ori)
    line = _parse(content, now, void=about.void)
    if isinstance(line, IncidentVoidLine):
        return Incoming(about.key, None, line.reason_code)
    return Incoming(about.key, line)


def _parse(content: bytes, now: datetime, *, void: bool) -> IncidentLine | IncidentVoidLine:
    """The report or the void that a line is. Raises Problem with every fault."""
    if void:
        return body.validated(IncidentVoidLine, content)
    return body.validated(IncidentLine, content, lambda report: rules.faults(report, now))
