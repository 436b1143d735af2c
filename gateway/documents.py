"""Reads documents: one, a page by keyset, a count; always with the viewer's scope in the statement itself.

Row-level security admits no more than the scope does; naming the scope as well is what lets PostgreSQL use an index.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.guardianships.standing import held_students
from gateway.kinds import FLAG, OFFICER_FLAG
from gateway.policy import EDUCATION_RECORD, PROGRAM_RECORD
from gateway.viewer import Scope
from shared.records.database import Connection
from shared.web.problems import Problem


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate over the columns of `document`; each `{}` in it stands for the next of the values."""

    predicate: str
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it stands in the read model; `document` is its JSON."""

    id: UUID
    custodian: str
    kind: str
    key: str
    version: int
    changed_at: datetime
    about: str | None
    occurred_at: datetime | None
    raised_at: datetime | None
    over_at: datetime | None
    students: Sequence[str] | None
    matched: Sequence[int] | None
    document: str

    @property
    def scattered(self) -> str:
        """A place among others that tells nothing of the record: an id tells when it was made."""
        return hashlib.sha256(str(self.id).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a page: columns of `document` that together are unique, with their SQL types, in one direction."""

    columns: Mapping[str, str]
    descending: bool

    @property
    def expressions(self) -> list[str]:
        """The columns as a statement has them."""
        return [COMPUTED.get(column, column) for column in self.columns]

    def place(self, stored: Stored) -> list[str]:
        """Where a document stands in this order, as cursors say it."""
        return [str(getattr(stored, column)) for column in self.columns]

    def parse(self, place: Sequence[Any]) -> list[Any]:
        """The place that a cursor said, as PostgreSQL takes it. Raises ValueError for one of another order."""
        if len(place) != len(self.columns):
            raise ValueError("a place of another order")
        return [PARSED[name](value) for name, value in zip(self.columns.values(), place, strict=True)]


PARSED: Mapping[str, Callable[[str], Any]] = {"timestamptz": datetime.fromisoformat, "uuid": UUID, "text": str}
NEWEST_FIRST = Order({"occurred_at": "timestamptz", "id": "uuid"}, descending=True)
BY_RAISING = Order({"raised_at": "timestamptz", "id": "uuid"}, descending=True)
BY_DUE = Order({"over_at": "timestamptz", "id": "uuid"}, descending=False)
LAST_DUE_FIRST = Order({"over_at": "timestamptz", "id": "uuid"}, descending=True)
SCATTERED = Order({"scattered": "text"}, descending=False)
COMPUTED: Mapping[str, str] = {"scattered": "encode(sha256(id::text::bytea), 'hex')"}
"""Columns of an order that no document has."""
BY_KEY = Order({"key": "text"}, descending=False)

COLUMNS = (
    "id, custodian, kind, key, version, changed_at, about, occurred_at, raised_at, over_at, students, matched, document"
)


def storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text: no NUL and no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


class Arguments(list[Any]):
    """The arguments of a statement; adding one gives the name that it has in the statement."""

    def add(self, value: Any) -> str:
        """`$n` for the value. Raises Problem `invalid-value` for a text that PostgreSQL cannot hold."""
        if isinstance(value, str) and not storable(value):
            raise Problem("invalid-value", "A text holds a character that no record has.")
        self.append(value)
        return f"${len(self)}"


async def one(connection: Connection, scope: Scope, kind: str, key: str) -> Stored | None:
    """The live record with this key, if the viewer may see it. An agency's key begins with its ORI."""
    arguments = Arguments()
    conditions = [Condition("key = {}", [key])]
    if scope.custodians is None:
        conditions.append(Condition("custodian = {}", [key.partition("/")[0]]))
    where = _where(scope, kind, conditions, arguments)
    row = await connection.fetchrow(f"select {COLUMNS} from document where {where}", *arguments)
    return Stored(*row) if row else None


async def around(connection: Connection, scope: Scope, kinds: Sequence[str], keys: Sequence[str]) -> list[Stored]:
    """The live records of these kinds that are about these incidents, by incident and key, as far as they are seen."""
    arguments = Arguments()
    about = Condition("about = any ({}::text[])", [list(keys)])
    parts = [f"select {COLUMNS} from document where {_where(scope, kind, [about], arguments)}" for kind in kinds]
    return [Stored(*row) for row in await connection.fetch(f"{' union all '.join(parts)} order by key", *arguments)]


async def page(
    connection: Connection,
    scope: Scope,
    kind: str,
    conditions: Sequence[Condition],
    *,
    order: Order,
    after: Sequence[Any] | None,
    first: int,
) -> list[Stored]:
    """At most `first` live records behind the place `after` (values of the order's columns), in order.

    A viewer of several organisations gets a page of each, from its own index, and the first of them all.
    """
    arguments = Arguments()
    where = _where(scope, kind, conditions, arguments, custodian="scope.custodian")
    if after is not None:
        place = [f"{arguments.add(value)}::{name}" for value, name in zip(after, order.columns.values(), strict=True)]
        where += f" and ({', '.join(order.expressions)}) {'<' if order.descending else '>'} ({', '.join(place)})"
    ordering = ", ".join(f"{column} {'desc' if order.descending else 'asc'}" for column in order.expressions)
    limit = f"order by {ordering} limit {arguments.add(first)}"
    statement = f"select {COLUMNS} from document where {where} {limit}"
    if scope.custodians is not None:
        each = f"unnest({arguments.add(list(scope.custodians))}::text[]) as scope (custodian)"
        statement = f"select page.* from {each}, lateral ({statement}) as page {limit}"
    return [Stored(*row) for row in await connection.fetch(statement, *arguments)]


async def count(connection: Connection, scope: Scope, kind: str, conditions: Sequence[Condition]) -> int:
    """How many live records the viewer may see under these conditions, exactly."""
    arguments = Arguments()
    where = _where(scope, kind, conditions, arguments)
    return int(await connection.fetchval(f"select count(*) from document where {where}", *arguments))


def _where(
    scope: Scope, kind: str, conditions: Sequence[Condition], arguments: Arguments, *, custodian: str | None = None
) -> str:
    """The predicates of a statement. `custodian`: an expression that stands for one of the scope's at a time.

    The kind is one of ours and stands in the statement itself, so that an index of that kind alone can be used.
    """
    predicates = [
        f"kind = '{kind}'",
        "state = 'live'",
        f"record_class = {arguments.add(scope.record_class)}",
        *scope_predicates(scope, arguments, custodian=custodian),
    ]
    if kind in (FLAG, OFFICER_FLAG):
        predicates.append(f"seen_by && {arguments.add(list(scope.readers))}::text[]")
    predicates += [
        condition.predicate.format(*[arguments.add(value) for value in condition.values]) for condition in conditions
    ]
    return " and ".join(predicates)


def _of_officer(row: str, number: str) -> str:
    """What is of an officer's own work, or names no officer at all, as a course of the catalog."""
    document = f"{row}document::jsonb"
    named = f"{document} ?| array['officer_number', 'officer_numbers', 'subject']"
    subject = f"{document} ->> 'subject' = {row}custodian || '/' || {number}"
    return (
        f"({document} ->> 'officer_number' = {number} or {document} -> 'officer_numbers' ? {number} or {subject}"
        f" or not {named})"
    )


def scope_predicates(
    scope: Scope, arguments: Arguments, *, row: str = "", custodian: str | None = None
) -> Iterator[str]:
    """What a scope asks of a row besides its class; a district's copy counts while its school is in the directory.

    `row` goes before the name of each column.
    """
    if scope.custodians is not None:
        names = custodian or f"any ({arguments.add(list(scope.custodians))}::text[])"
        yield f"{row}custodian = {names}"
    if scope.record_class == EDUCATION_RECORD:
        yield f"{row}district is not null"
    if scope.school_ids is not None:
        schools = arguments.add(list(scope.school_ids))
        if scope.record_class == PROGRAM_RECORD:
            yield f"{row}document::jsonb -> 'school_ids' ?| {schools}::text[]"
        else:
            yield f"{row}school_id = any ({schools}::text[])"
    if scope.officer_number is not None:
        yield _of_officer(row, arguments.add(scope.officer_number))
    if scope.family is not None:
        held = held_students(*[arguments.add(value) for value in scope.family.arguments])
        yield f"{row}students && array({held})"
