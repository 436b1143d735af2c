"""School codes in PostgreSQL, and the mapping that incidents are given their school by."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from uuid_utils.compat import uuid7

from shared.contracts.incidents import SchoolCode
from shared.records import keep
from shared.records.database import Connection
from shared.records.keep import Draft, Kept, Kind, Result

SCHOOL_CODE = Kind(name="school_code", table="school_code")


@dataclass(frozen=True, slots=True)
class Mapping:
    """What agencies mean by their codes, by (ORI, code)."""

    codes: dict[tuple[str, str], SchoolCode]

    def school_of(self, ori: str, code: str | None, on: date) -> str | None:
        """The NCES id of the school that the code means on a day; None where it is not mapped on that day."""
        found = self.codes.get((ori, code or ""))
        if found is None or (found.valid_from and on < found.valid_from) or (found.valid_to and on > found.valid_to):
            return None
        return found.school_id


async def hold(connection: Connection, codes: Iterable[tuple[str, str]], *, alone: bool) -> None:
    """Hold codes until the transaction ends: `alone` to change what they mean, else together with other readers.

    A report that names a code cannot slip in between a change of the code and the records that it reaches.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    for ori, code in sorted(codes):
        await connection.execute(f"select {lock}(hashtextextended($1, 11))", f"{ori}/{code}")


async def mapping(connection: Connection, codes: Iterable[tuple[str, str]]) -> Mapping:
    """What these codes mean now."""
    found = await keep.find(connection, SCHOOL_CODE, [f"{ori}/{code}" for ori, code in codes])
    read = [SchoolCode.model_validate_json(current.document) for current in found.values()]
    return Mapping({(code.ori, code.code): code for code in read})


async def held_mapping(connection: Connection, codes: set[tuple[str, str]]) -> Mapping:
    """What these codes mean, held until the transaction ends."""
    if not codes:
        return Mapping({})
    await hold(connection, codes, alone=False)
    return await mapping(connection, codes)


async def put_school_code(connection: Connection, code: SchoolCode, *, by: str, at: datetime) -> Kept:
    """Take in a school code as it now stands, in the caller's transaction, which holds the code alone."""
    key = f"{code.ori}/{code.code}"
    current = (await keep.find(connection, SCHOOL_CODE, [key])).get(key)
    document = orjson.dumps(code.model_dump(mode="json", exclude_none=True)).decode()
    digest = hashlib.sha256(document.encode()).digest()
    result = keep.judge(current, digest)
    if current is not None and result is Result.UNCHANGED:
        return Kept(current.id, key, current.version, current.state, result, current.position, current.document)
    version = current.version + 1 if current else 1
    draft = Draft(current.id if current else uuid7(), key, code.ori, version, keep.LIVE, digest, document)
    written = await keep.write(connection, SCHOOL_CODE, [draft], by=by, at=at)
    return Kept(draft.id, key, version, keep.LIVE, result, written[draft.id], document)
