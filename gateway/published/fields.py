"""Root fields of published tables: for everybody."""

from typing import Annotated, Any

import strawberry

from gateway import documents
from gateway.connections import PUBLISHED_TABLES, Context, listed, nodes_of
from gateway.documents import Condition
from gateway.limits import PAGE_DEFAULT, PAGE_MOST
from gateway.policy import Rule
from gateway.published.reading import latest_version
from gateway.types import page_of, record_type
from shared.contracts.published_tables import PublishedTable

First = Annotated[int, strawberry.argument(description=f"Most tables of the page, up to {PAGE_MOST}.")]
After = Annotated[str | None, strawberry.argument(description="Cursor of the table that the page follows.")]


@strawberry.input(description="Which published tables; every condition holds.")
class PublishedTableFilter:
    """Which published tables; every condition holds."""

    lea_id: str | None = strawberry.field(default=None, description="District whose contacts are counted.")
    ori: str | None = strawberry.field(default=None, description="Agency whose contacts are counted.")
    school_year: str | None = strawberry.field(default=None, description="School year, as 2026-27.")


Wanted = Annotated[PublishedTableFilter | None, strawberry.argument(name="filter", description="Which tables.")]
TableId = Annotated[str, strawberry.argument(description="Table.")]
Version = Annotated[int | None, strawberry.argument(description="Version; left out: the newest.")]


async def published_tables(
    info: Context, wanted: Wanted = None, first: First = PAGE_DEFAULT, after: After = None
) -> dict[str, Any] | None:
    """Published tables by name and version."""
    asked = (
        ("lea_id = {}", wanted and wanted.lea_id),
        ("document -> 'scope' ->> 'ori' = {}", wanted and wanted.ori),
        ("document ->> 'school_year' = {}", wanted and wanted.school_year),
    )
    conditions = [Condition(predicate, [value]) for predicate, value in asked if value is not None]
    return await listed(info, PUBLISHED_TABLES, first, after, lambda _: conditions)


async def published_table(info: Context, id: TableId, version: Version = None) -> dict[str, Any] | None:  # noqa: A002
    """A version of a table; null where there is none."""
    reading = info.context
    scope = PUBLISHED_TABLES.scope(reading)
    number = version if version is not None else await latest_version(reading, id)
    if isinstance(scope, Rule) or number is None:
        return None
    key = f"{id}/{number}"
    stored = await reading.read(lambda snapshot: documents.one(snapshot, scope, PUBLISHED_TABLES.kind, key))
    return None if stored is None else (await nodes_of(info, PUBLISHED_TABLES, scope, [stored]))[0]


@strawberry.type(description="What is published.")
class PublishedFields:
    """Root fields of what is published."""

    published_tables = strawberry.field(
        resolver=published_tables,
        graphql_type=page_of(PublishedTable),
        description="Published tables, which everybody may read, by name and version.",
    )
    published_table = strawberry.field(
        resolver=published_table,
        graphql_type=record_type(PublishedTable) | None,
        description="A version of a published table.",
    )
