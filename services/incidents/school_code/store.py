"""School codes in PostgreSQL, and the mapping that incidents are given their school by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from services.incidents.school_code.tables import SCHOOL_CODE
from shared.contracts.incidents import SchoolCode
from shared.records import keep
from shared.records.database import Connection
from shared.records.put import Outcome, judge_record, put_once, until_done


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


async def put_school_code(connection: Connection, code: SchoolCode, *, by: str, at: datetime) -> Outcome:
    """Take in a school code as it now stands, in the caller's transaction, which holds the code alone."""
    key = f"{code.ori}/{code.code}"
    attempt = partial(put_once, connection, SCHOOL_CODE, judge=partial(judge_record, owner=code.ori), by=by, at=at)
    return (await until_done({key: code}, attempt))[key]
