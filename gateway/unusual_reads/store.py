"""The reads of a district's records as its disclosure record has them, and what privacy officers found of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from gateway.disclosures.entry import Salted
from gateway.disclosures.sealing import DetailsSeal
from gateway.disclosures.store import custody
from gateway.unusual_reads.rules import DAY, USUAL_DAYS, Read, Unusual, unusual
from shared.contracts.disclosures import DisclosureEntry
from shared.contracts.unusual_reads import UnusualRead
from shared.records.database import Connection, Database

TOLD_FOR = USUAL_DAYS * DAY
"""How long a task is listed after its last read."""
LOOKED_THROUGH = TOLD_FOR + 2 * USUAL_DAYS * DAY
"""Reads of so long say what was usual before any task that is listed."""
OPEN, REVIEWED = "open", "reviewed"

READS = """
select number, content, details from disclosure
where custodian = $1 and details is not null and content::json ->> 'outcome' = 'granted'
    and (content::json ->> 'recorded_at')::timestamptz > $2
order by number
"""
STUDENTS = """
select id, matched, students from document
where custodian = $1 and kind = 'incident' and id = any ($2::uuid[]) and matched is not null
"""
REVIEWS = "select id, finding, reviewed_at, reviewed_by from access_review where custodian = $1"
REVIEW = """
insert into access_review (custodian, id, finding, reviewed_at, reviewed_by) values ($1, $2, $3, $4, $5)
on conflict (custodian, id) do update set finding = excluded.finding, reviewed_at = excluded.reviewed_at,
    reviewed_by = excluded.reviewed_by
where access_review.finding <> excluded.finding
"""


async def unusual_reads(
    database: Database, seal: DetailsSeal, custodians: Sequence[str], *, at: datetime
) -> list[UnusualRead]:
    """What was out of the usual in these districts' records up to 30 days ago, the newest first.

    Raises Unreadable for details that were tampered with.
    """
    found: list[UnusualRead] = []
    async with custody(database, custodians) as connection:
        for custodian in custodians:
            reads = await _reads(connection, seal, custodian, since=at - LOOKED_THROUGH)
            reviews = {row["id"]: row for row in await connection.fetch(REVIEWS, custodian)}
            told = [one for one in unusual(reads) if one.reads[-1].at > at - TOLD_FOR]
            found += [_task(custodian, one, reviews) for one in told]
    return sorted(found, key=lambda one: one.last_at, reverse=True)


async def review(database: Database, task: UnusualRead, finding: str, *, by: str, at: datetime) -> None:
    """Keep what was found of a task; the same again changes nothing."""
    async with custody(database, [task.custodian]) as connection:
        await connection.execute(REVIEW, task.custodian, task.id, finding, at, by)


async def _reads(connection: Connection, seal: DetailsSeal, custodian: str, *, since: datetime) -> list[Read]:
    rows = await connection.fetch(READS, custodian, since)
    opened = [(row, seal.open(custodian, row["number"], row["details"])) for row in rows]
    records = [salted.details.record_id for _, salted in opened]
    matched = {
        row["id"]: dict(zip(row["matched"], row["students"], strict=True))
        for row in await connection.fetch(STUDENTS, custodian, records)
    }
    return [_read(row, salted, matched) for row, salted in opened]


def _read(row: Any, salted: Salted, matched: Mapping[UUID, Mapping[int, str]]) -> Read:
    """A read of an entry. Who was not matched to a student counts as one of their own in that record."""
    entry, details = DisclosureEntry.model_validate_json(row["content"]), salted.details
    key = f"{details.ori}/{details.incident_number}"
    named = matched.get(details.record_id, {}) if details.record_id else {}
    students = frozenset(named.get(number, f"{key}/{number}") for number in details.person_numbers)
    return Read(entry.number, entry.client, entry.role, entry.recorded_at, key, students)


def _task(custodian: str, found: Unusual, reviews: Mapping[UUID, Any]) -> UnusualRead:
    first, last = found.reads[0], found.reads[-1]
    task_id = uuid5(NAMESPACE_OID, f"unusual_read/{custodian}/{found.detail}/{first.number}")
    reviewed = reviews.get(task_id)
    return UnusualRead(
        id=task_id,
        detail=found.detail,
        custodian=custodian,
        client=first.client,
        role=last.role,
        began_at=first.at,
        last_at=last.at,
        found=found.found,
        limit=found.limit,
        incidents=tuple(sorted({read.incident for read in found.reads})),
        state=OPEN if reviewed is None else REVIEWED,
        finding=reviewed and reviewed["finding"],
        reviewed_at=reviewed and reviewed["reviewed_at"],
        reviewed_by=reviewed and reviewed["reviewed_by"],
    )
