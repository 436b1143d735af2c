"""Guardianships in PostgreSQL, each district's under row security: what a function returns has been committed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uuid_utils.compat import uuid7

from gateway.guardianships.standing import issuer_of
from shared.contracts.contract import canonical
from shared.contracts.guardianships import GuardianshipLine
from shared.contracts.record import LIVE
from shared.records.database import Database
from shared.records.keep import Kept, Result
from shared.records.pseudonyms import Pseudonyms

SAID = ("relationship", "rights", "revoked_by", "valid_to", "rights_pass_on", "dependent_for_tax")
PUT = f"""
insert into guardianship as known (
    custodian, student, issuer, subject, valid_from, id, version, {", ".join(SAID)}, changed_at, changed_by
)
values ($1, $2, $3, $4, $5, $6, 1, {", ".join(f"${number}" for number in range(7, 7 + len(SAID)))}, $13, $14)
on conflict (custodian, student, issuer, subject, valid_from) do update
set version = known.version + 1, changed_at = excluded.changed_at, changed_by = excluded.changed_by,
    {", ".join(f"{name} = excluded.{name}" for name in SAID)}
where ({", ".join(f"known.{name}" for name in SAID)})
   is distinct from ({", ".join(f"excluded.{name}" for name in SAID)})
returning id, version
"""
STANDS = """
select id, version from guardianship
where custodian = $1 and student = $2 and issuer = $3 and subject = $4 and valid_from = $5
"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A guardianship that came in, with what is kept of the student's number and of the account's issuer."""

    student: str
    issuer: str
    line: GuardianshipLine

    @property
    def key(self) -> tuple[Any, ...]:
        """What names it in the table."""
        line = self.line
        return line.lea_id, self.student, self.issuer, line.person.subject, line.valid_from

    @classmethod
    def of(cls, line: GuardianshipLine, names: Pseudonyms, public_url: str) -> "Incoming":
        """What is kept of a line."""
        student = names.digest(line.lea_id, line.student_number)
        return cls(student, issuer_of(line.person.issuer, public_url), line)


async def put_guardianships(
    database: Database, batch: Mapping[str, Incoming], *, by: str, at: datetime
) -> dict[str, Kept]:
    """Take in guardianships of districts that the caller acts for; the same again changes nothing."""
    districts = sorted({one.line.lea_id for one in batch.values()})
    kept: dict[str, Kept] = {}
    async with database.transaction() as connection:
        await connection.execute("select set_config('daylight.custodians', $1, true)", ",".join(districts))
        for key, one in sorted(batch.items()):
            said = [getattr(one.line, name) for name in SAID]
            row = await connection.fetchrow(PUT, *one.key, uuid7(), *said, at, by)
            result = Result.UNCHANGED if row is None else Result.CHANGED if row["version"] > 1 else Result.CREATED
            row = row or await connection.fetchrow(STANDS, *one.key)
            document = canonical(one.line.model_dump(mode="json", exclude={"student_number"}))
            kept[key] = Kept(row["id"], key, row["version"], LIVE, result, "", document)
    return kept
