"""GraphQL types made from contracts: what is described and labelled once is what GraphQL shows."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Generic, NewType, TypeVar, Union, get_args, get_origin
from uuid import UUID

import strawberry
from graphql import GraphQLError
from pydantic import AwareDatetime
from strawberry.types.scalar import ScalarDefinition

from gateway.around import CONCLUDED
from gateway.filters import instant
from gateway.masks import NEVER_SHOWN
from shared.contracts.clocks import ClockRead
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import Contract, label_of
from shared.contracts.flags import Flag
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement
from shared.contracts.training import Officer as AgencyOfficer

T = TypeVar("T")

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)

PLAIN_TYPES = {str: str, int: int, float: float, bool: bool, AwareDatetime: DateTime, date: Date, UUID: strawberry.ID}
RECORD_FIELDS = {
    "id": (strawberry.ID, "Daylight's id of the record."),
    "key": (str, "Natural key of the record."),
    "custodian": (str | None, "Who keeps this record: an agency's ORI, a district's NCES id, or `public`."),
    "record_class": (str | None, "Class of the record: agency_record, education_record or public_fact."),
    "version": (int | None, "Version of the record, from 1."),
    "changed_at": (DateTime | None, "When this version was written."),
}


def field_of(source: Mapping[str, Any], name: str) -> Any:
    """The value of a field: sources are the documents themselves."""
    return source.get(name)


@cache
def record_type(contract: type[Contract]) -> Any:
    """The GraphQL type of a record: its contract's fields, and what every record has; an incident, what follows."""
    return _object_type(contract, {**RECORD_FIELDS, **(_following() if contract is Incident else {})})


def type_name(contract: type[Contract]) -> str:
    """The name of a contract's type: a clock is one, however it was read, and `Officer` is one who took part."""
    return "AgencyOfficer" if contract is AgencyOfficer else contract.__name__.removesuffix("Read")


def _following() -> dict[str, tuple[Any, str]]:
    concluded = {name: Conclusion.model_fields[name] for name in CONCLUDED}
    return {
        "flags": (list[record_type(Flag)] | None, "What the rules found, as far as it is shown to this viewer."),  # type: ignore[misc]
        "judgements": (list[record_type(Judgement)] | None, "What each side said of it."),  # type: ignore[misc]
        "clocks": (list[record_type(ClockRead)] | None, "What is due, as it stands now."),  # type: ignore[misc]
        **{name: (_graphql(field.annotation) | None, field.description or "") for name, field in concluded.items()},
    }


@cache
def part_type(contract: type[Contract]) -> Any:
    """The GraphQL type of what is no record of its own: its contract's fields alone."""
    return _object_type(contract, {})


def _object_type(contract: type[Contract], more: Mapping[str, tuple[Any, str]]) -> Any:
    """Every field of the contract may be null, since any may be withheld. Sealed and internal ones are not there."""
    fields = dict(more)
    for name, field in contract.model_fields.items():
        if label_of(contract, name) not in NEVER_SHOWN:
            fields[name] = (_graphql(field.annotation) | None, field.description or "")
    namespace = {name: strawberry.field(description=description) for name, (_, description) in fields.items()}
    annotations = {name: annotation for name, (annotation, _) in fields.items()}
    plain = type(type_name(contract), (), {**namespace, "__annotations__": annotations, "__module__": __name__})
    return strawberry.type(plain, description=(contract.__doc__ or "").strip())


def _graphql(annotation: Any) -> Any:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _graphql(parts[0])
    if origin in (Union, types.UnionType):
        return _graphql(next(part for part in parts if part is not type(None)))
    if origin is tuple:
        return list[_graphql(parts[0])]  # type: ignore[misc]
    if isinstance(annotation, type) and issubclass(annotation, Contract):
        return part_type(annotation)
    return PLAIN_TYPES[annotation]


@strawberry.type(description="Where a page begins and ends (Relay).")
class PageInfo:
    """Where a page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="A record on a page, with its place (Relay).")
class Edge(Generic[T]):
    """A record on a page."""

    cursor: str
    node: T | None


async def _total_count(root: strawberry.Parent[Any]) -> int | None:
    total: int = await root["count"]()
    return total


@strawberry.type(description="A page of records (Relay).")
class Connection(Generic[T]):
    """A page of records."""

    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int | None = strawberry.field(
        resolver=_total_count, description="How many records the viewer may see under this filter, exactly."
    )


def page_of(contract: type[Contract]) -> Any:
    """The GraphQL type of a connection to records of a contract; null where the viewer has no scope."""
    return Connection[record_type(contract)] | None  # type: ignore[misc]


def _parsed(text: Any) -> datetime | date:
    try:
        return instant(text)
    except (TypeError, ValueError) as error:
        raise GraphQLError("This is neither a time with its offset nor a day.") from error


SCALARS: Mapping[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A time with its offset (RFC 3339). A filter also takes a day.",
        serialize=str,
        parse_value=_parsed,
    ),
    Date: strawberry.scalar(name="Date", description="A day (ISO 8601).", serialize=str, parse_value=str),
}
