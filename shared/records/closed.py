"""What orders of courts keep out: no key stands here and no name, only keyed digests, in the vault's schema.

Whoever writes a record says what it took to be kept out, and the statement that writes looks again. An order waits for
all who are writing. So nothing that an order keeps out is still on its way when the order is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.records.database import Connection
from shared.records.vault import THE_RECORD, Custodian, SealedSubject

FIND = "select digest, subject from vault.closed where digest = any($1) order by subject"
CLOSE = """
insert into vault.closed (digest, subject, order_id) select $1, subject, $3 from unnest($2::integer[]) as subject
on conflict (digest, subject) do update set order_id = excluded.order_id
"""
NAMED_BEFORE = "select distinct order_id from vault.closed where digest = $1 and subject = any($2)"
KEEP_SAID = """
insert into vault.sealed (record_id, subject, pointer, custodian, wrapped, ciphertext) values ($1, $2, $3, $4, $5, $6)
"""
FORGET_SAID = """
delete from vault.sealed as said
where record_id = any($1) and not exists (select from vault.closed where order_id = said.record_id)
"""


@dataclass(frozen=True, slots=True)
class Closed:
    """What orders keep out of the record with this keyed digest: all of it, some people, or nothing.

    `subjects` are those of the vault, in order: 0 for the record, else the number of a person.
    """

    digest: bytes
    subjects: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the record is not taken in at all."""
        return THE_RECORD in self.subjects

    @property
    def people(self) -> frozenset[int]:
        """The people without whom it is taken in."""
        return frozenset(self.subjects) - {THE_RECORD}


async def find(connection: Connection, keys: Mapping[str, Custodian]) -> dict[str, Closed]:
    """What orders keep out of the records with these keys, by key, at this moment."""
    digests = {key: custodian.digest_of_key(key) for key, custodian in keys.items()}
    subjects: dict[bytes, list[int]] = {}
    for row in await connection.fetch(FIND, list(digests.values())):
        subjects.setdefault(row["digest"], []).append(row["subject"])
    return {key: Closed(digest, tuple(subjects.get(digest, ()))) for key, digest in digests.items()}


def taken_to_be_open(keys: Mapping[str, Custodian]) -> dict[str, Closed]:
    """What orders keep out, taken to be nothing: where that is wrong, nothing is written, and one looks after all."""
    return {key: Closed(custodian.digest_of_key(key)) for key, custodian in keys.items()}


async def hold_alone(connection: Connection) -> None:
    """Wait for everybody who is writing records, and let nobody write until the transaction ends."""
    await connection.execute("lock table vault.closed in exclusive mode")


async def close(
    connection: Connection, digest: bytes, subjects: Sequence[int], order_id: UUID, said: Iterable[SealedSubject]
) -> None:
    """Keep out these subjects of the record with this digest; the order replaces others that did so before."""
    before = await connection.fetch(NAMED_BEFORE, digest, subjects)
    await connection.execute(CLOSE, digest, subjects, order_id)
    await connection.execute(FORGET_SAID, [row["order_id"] for row in before])
    await connection.executemany(
        KEEP_SAID,
        [(order_id, one.subject, one.pointer, one.custodian, one.wrapped_key, one.ciphertext) for one in said],
    )


async def lift(connection: Connection, digest: bytes, subjects: Sequence[int]) -> None:
    """Keep out these subjects no longer; what the order said is forgotten with its last one."""
    before = await connection.fetch(NAMED_BEFORE, digest, subjects)
    await connection.execute("delete from vault.closed where digest = $1 and subject = any($2)", digest, subjects)
    await connection.execute(FORGET_SAID, [row["order_id"] for row in before])
