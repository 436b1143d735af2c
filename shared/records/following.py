"""Records that follow from others: what stands of them becomes what is wanted, and only what differs is written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias
from uuid import UUID

import orjson

from shared.contracts.contract import Contract, canonical
from shared.contracts.record import LIVE, VOID
from shared.records import keep
from shared.records.keep import Draft


class Standing(NamedTuple):
    """A record that follows from others, as it stands."""

    id: UUID
    key: str
    owner: str
    version: int
    state: str
    document: str


Wanted: TypeAlias = Mapping[UUID, tuple[str, str, Contract]]
"""What is to stand, by id: key, owner and record."""


def become(standing: Sequence[Standing], wanted: Wanted) -> Iterator[Draft]:
    """Drafts by which what stands becomes what is wanted; what is not wanted any more is made void."""
    rows = {row.id: row for row in standing}
    for record_id, (key, owner, record) in wanted.items():
        row = rows.get(record_id)
        document = canonical(record.model_dump(exclude_none=True))
        if row is None or row.state == VOID or orjson.loads(row.document) != orjson.loads(document):
            version = row.version + 1 if row else 1
            yield Draft(record_id, key, owner, version, LIVE, keep.digest(document), document)
    for record_id, row in rows.items():
        if record_id not in wanted and row.state == LIVE:
            yield next_version(row, row.document, VOID)


def next_version(row: Standing, document: str, state: str) -> Draft:
    """The version that follows the one that stands."""
    return Draft(row.id, row.key, row.owner, row.version + 1, state, keep.digest(document), document)
