"""What an order of a court erases is forgotten by the gateway: by its documents, its feed and its dead letters."""

import random
from collections.abc import Sequence
from uuid import uuid5

import pytest

from gateway.erasure import FORGET, HOLD_NOTHING
from shared.contracts.events import ERASED, Event, RecordState
from shared.records.consumer import BURY
from tests.gateway.conftest import Gateway, View, become
from tests.gateway.events import AGENCY, DISTRICT, NAMESPACE, OTHER_SCHOOL, SCHOOL, Services

NUMBER = "QUILL-1881"
TOMBSTONES = """
select distinct jsonb_strip_nulls(to_jsonb(tomb) - array['id', 'key', 'kind', 'custodian', 'record_class',
    'scope_version', 'changed_at'])::text as said from document as tomb where key = id::text
"""
HOLDERS = """
select distinct table_name from information_schema.columns
where table_schema = 'public' and data_type in ('uuid', 'text', 'json', 'jsonb', 'ARRAY', 'bytea', 'character varying')
"""


def erased(services: Services, event: Event) -> Event:
    """The event that erases the record of another."""
    services.count += 1
    service, kind = event.type.split(".")[1:3]
    return event.model_copy(
        update={
            "id": uuid5(NAMESPACE, f"event {services.count}"),
            "type": f"daylight.{service}.{kind}.{ERASED}",
            "sequence": str(services.count),
            "position": f"1.{services.count}.{services.count}",
            "data": RecordState(
                id=event.data.id,
                key="",
                owner="",
                version=event.data.version + 1,
                schema_version=1,
                document={"statistics": "keep"},
            ),
        }
    )


def emptied(event: Event) -> Event:
    """An event as the log gives it once its record is erased."""
    return event.model_copy(update={"data": event.data.model_copy(update={"key": "", "document": None})})


def lived(services: Services) -> list[Event]:
    """All that there is of an incident: its versions, the district's copy, and what is said about it."""
    return [
        *services.accepted(NUMBER),
        services.flag(number=NUMBER),
        services.judgement(number=NUMBER),
        services.conclusion(NUMBER),
        services.match("0f" * 16, number=NUMBER),
        *services.accepted(NUMBER, initiated_by="student"),
    ]


def erasing(services: Services, events: Sequence[Event], *, without: str = "") -> list[Event]:
    """The events by which an order erases these records, one each, but for those of one kind."""
    newest = {event.data.id: event for event in events}
    return [erased(services, event) for event in newest.values() if event.kind != without]


async def told_by_table(view: View, *words: str) -> dict[str, set[str]]:
    """The tables in which each of these words still stands."""
    connection = await view.owner()
    found: dict[str, set[str]] = {}
    for (table,) in await connection.fetch("select tablename from pg_tables where schemaname = 'public'"):
        for row in await connection.fetch(f"select one::text as said from {table} as one"):
            found.setdefault(table, set()).update(word for word in words if word in row["said"])
    await connection.close()
    return {table: there for table, there in found.items() if there}


async def test_every_table_that_can_hold_something_of_a_record_is_on_the_list(view: View) -> None:
    connection = await view.owner()
    tables = {row["table_name"] for row in await connection.fetch(HOLDERS)}
    await connection.close()
    assert tables == FORGET.keys() | HOLD_NOTHING


async def test_nothing_of_it_is_left_but_ids(view: View) -> None:
    events = lived(view.services)
    await view.apply(view.services.school(), *events)
    ids = {str(event.data.id) for event in events}
    async with view.projector.connection() as connection:
        for number, event in enumerate(events[:2], 1):
            subject = f"{event.type}.{event.data.id}"
            named = (event.id, event.data.id) if number == 1 else (None, None)
            await connection.execute(BURY, "incidents", -number, subject, *named, "made-up")
    assert (await told_by_table(view, NUMBER, *ids)).keys() == {"document", "change", "dead_letter"}
    await view.apply(*erasing(view.services, events))

    assert await told_by_table(view, NUMBER) == {}
    assert (await told_by_table(view, *ids)).keys() == {"document", "change"}
    async with view.projector.connection() as connection:
        told = await connection.fetch("select custodian, schools from change where id = any($1)", list(ids))
        tombs = await connection.fetch(TOMBSTONES)
    assert {(row["custodian"], tuple(row["schools"])) for row in told} == {("", ("*",))}
    assert [row["said"] for row in tombs] == ['{"state": "erased", "version": 0}']


async def test_readers_are_told_that_it_is_removed_and_nothing_else(gateway: Gateway) -> None:
    services = gateway.view.services
    events = lived(services)
    await gateway.view.apply(services.school(), *events)
    since = {client: (await gateway.changes(client))["next"] for client in ("demo-rms", "demo-state", "demo-sis")}
    await gateway.view.apply(*erasing(services, events))

    for client, cursor in since.items():
        page = await gateway.changes(client, cursor)
        assert {change["change"] for change in page["changes"]} == {"removed"}
        assert all(change.keys() == {"change", "kind", "id"} for change in page["changes"])
    incidents = [one for one in (await gateway.changes("demo-sis"))["changes"] if one["kind"] == "incident"]
    assert incidents == [{"change": "removed", "kind": "incident", "id": str(events[1].data.id)}]


@pytest.mark.parametrize("school", [SCHOOL, OTHER_SCHOOL])
async def test_who_follows_one_school_is_told_as_well(gateway: Gateway, school: str) -> None:
    """Which school it was is forgotten, so that the readers of any school of the district are told."""
    services = gateway.view.services
    events = lived(services)
    await gateway.view.apply(services.school(), *events)
    since = (await gateway.changes("demo-state", school_id=school))["next"]
    await gateway.view.apply(*erasing(services, events))

    page = await gateway.changes("demo-state", since, school_id=school, kind="incident")
    assert page["changes"] == [{"change": "removed", "kind": "incident", "id": str(events[0].data.id)}]


async def test_an_event_that_comes_late_brings_nothing_back(view: View) -> None:
    events = lived(view.services)
    gone = erasing(view.services, events)
    await view.apply(*events, *gone)
    before = await view.documents()
    await view.apply(*events)
    await view.apply(*gone)

    assert await view.documents() == before


async def test_a_log_that_is_read_again_makes_the_same_documents(view: View) -> None:
    events = lived(view.services)
    gone = erasing(view.services, events)
    await view.apply(view.services.school(), *events)
    await view.apply(*gone)
    live = [row for row in await view.documents() if row[1] != "school"]
    await view.forget()
    await view.apply(*[emptied(event) for event in events])
    await view.apply(*gone)

    assert await view.documents() == live


async def test_the_districts_copy_stays_where_the_order_does_not_reach_it(gateway: Gateway) -> None:
    services = gateway.view.services
    events = lived(services)
    await gateway.view.apply(services.school(), *events, *erasing(services, events, without="delivery"))
    query = "query ($ori: String!, $n: String!) { incident(ori: $ori, incidentNumber: $n) { custodian } }"
    district = await gateway.graphql(query, "demo-sis", ori=AGENCY, n=NUMBER)
    agency = await gateway.graphql(query, "demo-rms", ori=AGENCY, n=NUMBER)

    assert (district["data"]["incident"], agency["data"]["incident"]) == ({"custodian": DISTRICT}, None)


async def test_its_number_may_come_again_as_another_record(gateway: Gateway) -> None:
    services = gateway.view.services
    events = lived(services)
    await gateway.view.apply(services.school(), *events)
    await gateway.view.apply(*erasing(services, events))
    again = services.incident(NUMBER)
    new = RecordState(**dict(again.data) | {"id": uuid5(NAMESPACE, "another"), "version": 1})
    await gateway.view.apply(again.model_copy(update={"data": new, "subject": str(new.id)}))

    changes = (await gateway.changes("demo-rms", kind="incident"))["changes"]
    assert [(one["change"], one["id"]) for one in changes] == [
        ("removed", str(events[0].data.id)),
        ("upsert", str(new.id)),
    ]


async def test_nobody_can_read_a_tombstone(view: View) -> None:
    events = lived(view.services)
    await view.apply(*events, *erasing(view.services, events))
    for custodians in ([""], ["*"], [AGENCY, DISTRICT]):
        async with view.reader.transaction() as connection:
            await become(connection, *custodians)
            assert await connection.fetchval("select count(*) from document") == 0


@pytest.mark.parametrize("seed", range(8))
async def test_a_number_that_comes_again_stands_whatever_the_order_of_events(view: View, seed: int) -> None:
    first, second = view.services, Services(count=100)
    events = lived(first)
    gone = erasing(first, events)
    again = [
        relived(event) for event in (*second.accepted(NUMBER), second.conclusion(NUMBER), second.flag(number=NUMBER))
    ]
    history = [second.school(), *events, *gone, *again]
    await view.apply(*history)
    in_order = await view.documents()

    await view.forget()
    random.Random(seed).shuffle(history)
    for event in history:
        await view.apply(event)

    assert await view.documents() == in_order
    assert {event.data.id for event in again} <= {row[3] for row in in_order}


def relived(event: Event) -> Event:
    """The same event of a record that has come under another id."""
    name = uuid5(NAMESPACE, f"again {event.data.id}")
    return event.model_copy(update={"subject": str(name), "data": event.data.model_copy(update={"id": name})})
