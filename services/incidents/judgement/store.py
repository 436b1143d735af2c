"""Judgements in PostgreSQL: what a function returns has been committed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from uuid_utils.compat import uuid7

from services.incidents.conclusion.matter import Matter, look, say, unchanged
from services.incidents.conclusion.rules import Rulebook
from services.incidents.judgement import rules
from services.incidents.judgement.tables import JUDGEMENT
from services.incidents.principles.measures import agreement
from shared.contracts.judgements import Judgement, JudgementReport
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.keep import Kept, Result
from shared.records.put import Contended, VersionConflict
from shared.records.vault import Custodian, Vault, seal


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a side says of the incident with this key: who says it, in which role, and when."""

    key: str
    side: str
    report: JudgementReport
    role: str
    by: str
    at: datetime


async def put_judgement(
    database: Database,
    vault: Vault,
    rulebook: Rulebook,
    incoming: Incoming,
    *,
    keeper: Callable[[Matter | None], str],
    expected: int | None = None,
) -> tuple[Kept, dict[str, str]]:
    """Take in a side's judgement as it now stands: what became of it, and for each question whether the sides agree.

    What follows from the incident by the rules is written with it. `keeper` says which organisation keeps a judgement
    of an incident, and raises where it is not to be taken in. Raises VersionConflict if `expected` is given and the
    judgement is not at that version, and Contended if the incident moved to another organisation meanwhile.
    """
    async with database.connection() as connection:
        organisation = keeper(await look(connection, incoming.key))
    custodian = await vault.custodian(database, organisation)
    async with database.transaction() as connection:
        matter = await look(connection, incoming.key, hold=True)
        if matter is None or keeper(matter) != organisation:
            raise Contended
        kept = await _put(connection, vault, rulebook, incoming, matter, custodian, expected)
        judgements = dict(matter.judgements) | {incoming.side: Judgement.model_validate_json(kept.document)}
        return kept, agreement(judgements)


async def _put(
    connection: Connection,
    vault: Vault,
    rulebook: Rulebook,
    incoming: Incoming,
    matter: Matter,
    custodian: Custodian,
    expected: int | None,
) -> Kept:
    key = f"{incoming.key}/{custodian.name}"
    current = (await keep.find(connection, JUDGEMENT, [key])).get(key)
    if expected is not None and (current is None or current.version != expected):
        raise VersionConflict(current.version if current else None)
    record_id = current.id if current else uuid7()
    before = Judgement.model_validate_json(current.document) if current else None
    facts = {
        "ori": matter.incident.ori,
        "incident_number": matter.incident.incident_number,
        "side": incoming.side,
        "actor_role": incoming.role,
        **rules.dated(incoming.report, before, incoming.at),
    }
    sealed = seal(incoming.report, Judgement, record_id=record_id, custodian=custodian, facts=facts)
    draft = keep.draft(current, record_id, key, custodian.name, sealed.document)
    if current is not None and keep.judge(current, draft) is Result.UNCHANGED:
        return unchanged(current)
    draft = draft._replace(sealed=vault.encrypt(record_id, custodian, sealed.parts))
    return await say(connection, matter, JUDGEMENT, draft, rulebook, by=incoming.by, at=incoming.at)
