"""Answers in PostgreSQL: what a function returns has been committed."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from services.incidents.answer.layers import Layers, Texts
from services.incidents.answer.patching import Patched, apply_patch, without_texts_of_the_record
from services.incidents.conclusion.rules import Rulebook
from services.incidents.incident.judging import document_of, gone, mapped
from services.incidents.incident.keys import IncidentKey
from services.incidents.incident.store import following
from services.incidents.incident.tables import INCIDENT
from services.incidents.school_code import store as school_codes
from shared.contracts.contract import Contract
from shared.contracts.record import VOID
from shared.records import closed as orders
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.keep import Current
from shared.records.put import Outcome, Verdict, put_once
from shared.records.vault import Custodian, Vault


class RecordIsVoid(Exception):
    """A record that is void has no open questions."""


async def patch_incident(
    database: Database,
    vault: Vault,
    rulebook: Rulebook,
    key: IncidentKey,
    patch: Contract,
    *,
    by: str,
    at: datetime,
    expected: int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Lay a PATCH (`IncidentAnswers`) over an incident; None where there is no such incident.

    Raises NotAnswerable with every fault, RecordIsVoid, and VersionConflict where the record is not at `expected`.
    """
    custodian = await vault.custodian(database, key.ori)
    async with database.transaction() as connection:
        current = (await keep.find(connection, INCIDENT, [str(key)], hold=True)).get(str(key))
        if current is None:
            return None
        if current.state == VOID:
            raise RecordIsVoid
        texts = Texts(*await vault.unseal_layers(database, connection, current.id))
        layers = Layers.below(current.document, current.layers)
        patched = apply_patch(layers, patch, texts, partial(custodian.digest, current.id), at)
        if (await orders.find(connection, {str(key): custodian}))[str(key)].people:
            patched = without_texts_of_the_record(patched)
        patched = replace(patched, layers=await _at_its_school(connection, patched.layers))
        judge = partial(_judge, vault=vault, custodian=custodian, at=at)
        follow = following(rulebook, at, dry_run=dry_run)
        outcomes = await put_once(
            connection,
            INCIDENT,
            {str(key): patched},
            True,
            judge=judge,
            by=by,
            at=at,
            follow=follow,
            expected=expected,
            dry_run=dry_run,
        )
        return outcomes[str(key)]


async def _at_its_school(connection: Connection, layers: Layers) -> Layers:
    """The layers with the school that the agency's code means now: it may be what an answer that was taken back hid."""
    code, ori = layers.report.get("school_code"), layers.report["ori"]
    if code is None or (layers.report.get("school_id") and not layers.report.get("school_mapped")):
        return layers
    return mapped(layers, await school_codes.mapping(connection, {(ori, code)}))


def _judge(
    key: str, patched: Patched, current: Current | None, *, vault: Vault, custodian: Custodian, at: datetime
) -> Verdict:
    if current is None:
        raise LookupError(key)
    draft = keep.draft(current, current.id, key, current.owner, document_of(patched.layers, current, at))
    draft = draft._replace(
        layers=patched.layers.as_json(),
        turn=current.turn,
        answered=vault.encrypt_answers(current.id, custodian, patched.to_seal),
        taken_back=gone(current, patched.layers),
    )
    return draft, keep.judge(current, draft)
