"""Incidents in PostgreSQL: each function is one transaction, and what it returns has been committed."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson
from uuid_utils.compat import uuid7

from services.incidents.incident import tables
from services.incidents.incident.keys import IncidentKey
from services.incidents.school_code import store as school_codes
from shared.contracts.incidents import Incident, IncidentReport, SchoolCode
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.idempotency import Answer, IdempotencyKey
from shared.records.keep import Current, Draft, Kept, Result
from shared.records.vault import Custodian, Sealed, Vault, seal

ATTEMPTS = 10
MAPPED_AT_ONCE = 1_000
NOT_FOUND: Literal["not-found"] = "not-found"
WRITTEN = (Result.CREATED, Result.CHANGED, Result.VOIDED)

Outcome = Kept | Literal["not-found"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is to become of one incident: a report of it as it now stands, or None for a void."""

    key: IncidentKey
    change: IncidentReport | None


Judge = Callable[[Incoming, Current | None], tuple[Draft | None, Result]]
"""What a change makes of a record as it stands: a draft to write where the result is one that is written."""


class VersionConflict(Exception):
    """The record is not at the version that the sender expects; `version` is where it is, None where it is not."""

    def __init__(self, version: int | None) -> None:
        super().__init__(version)
        self.version = version


class Contended(Exception):
    """Others changed the record again and again while it was written."""


async def put_incidents(
    database: Database,
    vault: Vault,
    incoming: Sequence[Incoming],
    *,
    by: str,
    at: datetime,
    expected: int | None = None,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    """Take in incidents as they now stand: new, corrected, the same again, or void; what became of each, by key.

    They share one statement, so that all of them are kept or none. Raises VersionConflict if `expected` is given and
    the record is not at that version, and Contended if others changed the records again and again meanwhile.
    """
    custodians = await _custodians(database, vault, incoming)
    codes = _school_codes(incoming)
    async with database.transaction() if codes else database.connection() as connection:
        mapping = await school_codes.held_mapping(connection, codes)
        judge = partial(_judge, custodians=custodians, vault=vault, mapping=mapping)
        return await _put(connection, incoming, judge, by=by, at=at, expected=expected, dry_run=dry_run)


async def void_incident(
    database: Database,
    incoming: Incoming,
    *,
    by: str,
    at: datetime,
    idempotency: IdempotencyKey | None,
    answer: Callable[[Outcome], Answer],
) -> tuple[Answer, bool]:
    """Take an incident out of views and counts; the answer, and whether it was given before to the same request."""
    async with database.transaction() as connection:
        if idempotency is not None and (earlier := await idempotency.earlier(connection)):
            return earlier, True
        outcomes = await _put(connection, [incoming], lambda one, current: _void(one.key, current), by=by, at=at)
        given = answer(outcomes[str(incoming.key)])
        if idempotency is not None:
            await idempotency.remember(connection, given)
        return given, False


async def get_incident(database: Database, key: IncidentKey) -> Current | None:
    """The incident as it stands, or None."""
    async with database.connection() as connection:
        return (await keep.find(connection, tables.INCIDENT, [str(key)])).get(str(key))


async def get_versions(database: Database, key: IncidentKey) -> list[Mapping[str, Any]]:
    """Every version of the incident, oldest first; empty where there is none."""
    async with database.connection() as connection:
        current = (await keep.find(connection, tables.INCIDENT, [str(key)])).get(str(key))
        return await keep.versions(connection, current.id) if current else []


async def list_incidents(
    database: Database,
    ori: str,
    *,
    after: str,
    occurred_from: datetime | None,
    occurred_to: datetime | None,
    changed_since: datetime | None,
    limit: int,
) -> list[asyncpg.Record]:
    """One page of an agency's inventory, by key after `after`: key, version, state, source_version, changed_at."""
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            tables.INVENTORY, ori, after, occurred_from, occurred_to, changed_since, limit
        )
        return rows


async def put_school_code(database: Database, code: SchoolCode, *, by: str, at: datetime) -> Kept:
    """Take in an agency's school code, and give the records that bear it their school: all at once or not at all."""
    async with database.transaction() as connection:
        await school_codes.hold(connection, [(code.ori, code.code)], alone=True)
        kept = await school_codes.put_school_code(connection, code, by=by, at=at)
        mapping = school_codes.Mapping({(code.ori, code.code): code})
        after = ""
        while keys := await _keys_with(connection, code, after):
            await _put(connection, keys, partial(_map_again, mapping=mapping), by=by, at=at)
            after = str(keys[-1].key)
        return kept


async def _keys_with(connection: Connection, code: SchoolCode, after: str) -> list[Incoming]:
    rows = await connection.fetch(tables.WITH_SCHOOL_CODE, code.ori, code.code, after, MAPPED_AT_ONCE)
    numbers = [row["key"].partition("/")[2] for row in rows]
    return [Incoming(IncidentKey(code.ori, number, number), None) for number in numbers]


async def _put(
    connection: Connection,
    incoming: Sequence[Incoming],
    judge: Judge,
    *,
    by: str,
    at: datetime,
    expected: int | None = None,
    dry_run: bool = False,
) -> dict[str, Outcome]:
    pending = {str(one.key): one for one in incoming}
    done: dict[str, Outcome] = {}
    for _ in range(ATTEMPTS):
        found = await keep.find(connection, tables.INCIDENT, list(pending))
        judged = {}
        for key, one in pending.items():
            current = found.get(key)
            if expected is not None and (current is None or current.version != expected):
                raise VersionConflict(current.version if current else None)
            judged[key] = judge(one, current)
        drafts = [draft for draft, result in judged.values() if draft is not None and result in WRITTEN]
        same = [draft for draft, result in judged.values() if draft is not None and result is Result.UNCHANGED]
        written = {draft.id: "" for draft in drafts}
        if not dry_run:
            await keep.note_source_clock(connection, tables.INCIDENT, same)
            written = await keep.write(connection, tables.INCIDENT, drafts, by=by, at=at)
        done |= {key: outcome for key, one in judged.items() if (outcome := _outcome(*one, found.get(key), written))}
        pending = {key: one for key, one in pending.items() if key not in done}
        if not pending:
            return done
    raise Contended


def _outcome(draft: Draft | None, result: Result, current: Current | None, written: dict[UUID, str]) -> Outcome | None:
    """What became of one record; None where somebody else came between, so that it is tried again."""
    if result not in WRITTEN and current is not None:
        return Kept(current.id, current.key, current.version, current.state, result, current.position, current.document)
    if draft is None:
        return NOT_FOUND
    if draft.id in written:
        return Kept(draft.id, draft.key, draft.version, draft.state, result, written[draft.id], draft.document)
    return None


def _judge(
    one: Incoming,
    current: Current | None,
    *,
    vault: Vault,
    custodians: Mapping[str, Custodian],
    mapping: school_codes.Mapping,
) -> tuple[Draft | None, Result]:
    if not isinstance(one.change, IncidentReport):
        return _void(one.key, current)
    report, custodian = one.change, custodians[one.key.ori]
    record_id = current.id if current else uuid7()
    sealed = _seal(one.key, report, record_id, custodian, mapping)
    draft = replace(
        _draft(one.key, current, sealed.record, record_id),
        source_version=report.source_version,
        source_updated_at=report.source_updated_at,
    )
    result = keep.judge(
        current, draft.digest, source_version=report.source_version, source_updated_at=report.source_updated_at
    )
    if result in WRITTEN and (current is None or _digests(current) != _digests(draft)):
        draft = replace(draft, sealed=vault.encrypt(record_id, custodian, sealed.parts))
    return draft, result


def _void(key: IncidentKey, current: Current | None) -> tuple[Draft | None, Result]:
    if current is None or current.state == keep.VOID:
        return None, Result.UNCHANGED
    version = current.version + 1
    return Draft(current.id, str(key), key.ori, version, keep.VOID, current.digest, current.document), Result.VOIDED


def _map_again(one: Incoming, current: Current | None, *, mapping: school_codes.Mapping) -> tuple[Draft | None, Result]:
    if current is None:
        return None, Result.UNCHANGED
    incident = Incident.model_validate_json(current.document)
    school_id = mapping.school_of(incident.ori, incident.school_code, incident.occurred_at.date())
    if school_id == incident.school_id:
        return None, Result.UNCHANGED
    mapped = incident.model_copy(update={"school_id": school_id, "school_mapped": school_id is not None})
    return replace(_draft(one.key, current, mapped, current.id), state=current.state), Result.CHANGED


def _seal(
    key: IncidentKey, report: IncidentReport, record_id: UUID, custodian: Custodian, mapping: school_codes.Mapping
) -> Sealed[Incident]:
    facts: dict[str, Any] = {"ori": key.ori, "incident_number": key.number}
    if key.source_number != key.number:
        facts["source_number"] = key.source_number
    if _needs_school(report):
        school_id = mapping.school_of(key.ori, report.school_code, report.occurred_at.date())
        facts |= {"school_id": school_id, "school_mapped": school_id is not None}
    return seal(report, Incident, record_id=record_id, custodian=custodian, facts=facts)


def _draft(key: IncidentKey, current: Current | None, incident: Incident, record_id: UUID) -> Draft:
    document = incident.model_dump_json(exclude_none=True)
    version = current.version + 1 if current else 1
    return Draft(record_id, str(key), key.ori, version, keep.LIVE, hashlib.sha256(document.encode()).digest(), document)


def _digests(one: Current | Draft) -> list[tuple[int, str | None]]:
    """The keyed digests of all that is sealed of a record."""
    document = orjson.loads(one.document)
    people = document.get("people") or ()
    return [(0, document.get("sealed_digest")), *((p["person_number"], p.get("sealed_digest")) for p in people)]


async def _custodians(database: Database, vault: Vault, incoming: Sequence[Incoming]) -> dict[str, Custodian]:
    return {ori: await vault.custodian(database, ori) for ori in {one.key.ori for one in incoming}}


def _needs_school(report: IncidentReport) -> bool:
    return report.school_id is None and report.school_code is not None


def _school_codes(incoming: Sequence[Incoming]) -> set[tuple[str, str]]:
    return {
        (one.key.ori, one.change.school_code)
        for one in incoming
        if isinstance(one.change, IncidentReport) and _needs_school(one.change) and one.change.school_code is not None
    }
