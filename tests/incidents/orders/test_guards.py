"""What keeps an order from being undone: the list of all places, the rights of the role, the lock on who writes."""

import asyncio

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI

from services.incidents.app import DATABASE
from services.incidents.order.places import HOLD_NOTHING, PLACES
from shared.records.database import Database
from shared.secrets import Secrets
from shared.settings import Settings
from tests.incidents.conftest import HALLWAY, Connection
from tests.incidents.orders.conftest import ORDER, pair

HOLDERS = """
select distinct case table_schema when 'public' then '' else table_schema || '.' end || table_name as name
from information_schema.columns
where table_schema not in ('pg_catalog', 'information_schema')
  and data_type in ('uuid', 'text', 'json', 'jsonb', 'bytea', 'ARRAY', 'character varying')
"""
REFUSED = [
    "update log set document = '{}' where change = 'recorded'",
    "update log set key = 'another' where change = 'recorded'",
    "update log set key = '' where change = 'recorded'",
    "update log set changed_by = 'nobody' where change = 'recorded'",
    "delete from log where change = 'recorded'",
]
WRITERS = 12


async def test_every_table_that_can_hold_something_of_a_record_is_on_the_list(app: FastAPI, kept: Connection) -> None:
    tables = {row["name"] for row in await kept.fetch(HOLDERS)}
    assert tables == (PLACES.keys() | HOLD_NOTHING) - {"log_sequence", "relay"}


@pytest.mark.parametrize("statement", REFUSED)
async def test_the_log_can_be_emptied_and_in_no_way_be_changed(
    clerk: httpx2.AsyncClient, url: str, settings: Settings, secrets: Secrets, statement: str
) -> None:
    await clerk.put(url, json=HALLWAY)
    database = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
    async with database.connection() as connection:
        with pytest.raises((asyncpg.RaiseError, asyncpg.InsufficientPrivilegeError)):
            await connection.execute(statement)
    await database.close()


async def test_a_report_that_is_on_its_way_is_kept_out_as_well(clerk: httpx2.AsyncClient, url: str) -> None:
    """The order waits for whoever is writing, and whoever has not yet written sees it."""
    for attempt in range(6):
        at = f"{url}-{attempt}"
        pushes = [asyncio.create_task(clerk.put(at, json=HALLWAY | {"source_version": n})) for n in range(WRITERS)]
        order, *answers = await asyncio.gather(clerk.post(f"{at}/expunge", json=ORDER), *pushes)

        assert order.status_code == 204
        assert {answer.status_code for answer in answers} <= {200, 201, 409}
        assert (await clerk.get(at)).status_code == 404


async def test_a_person_that_is_on_its_way_is_kept_out_as_well(clerk: httpx2.AsyncClient, url: str) -> None:
    for attempt in range(6):
        at = f"{url}-{attempt}"
        pushes = [asyncio.create_task(clerk.put(at, json=pair(source_version=n))) for n in range(WRITERS)]
        person = ORDER | {"person_numbers": [1]}
        order, *answers = await asyncio.gather(clerk.post(f"{at}/expunge", json=person), *pushes)

        assert order.status_code == 204
        assert {answer.status_code for answer in answers} <= {200, 201}
        assert [one["person_number"] for one in (await clerk.get(at)).json()["people"]] == [5]


async def test_orders_at_the_same_time_wait_for_each_other(clerk: httpx2.AsyncClient, url: str) -> None:
    await clerk.put(url, json=pair())
    people = [ORDER | {"person_numbers": [number]} for number in (1, 5)]
    answers = await asyncio.gather(*[clerk.post(f"{url}/expunge", json=one) for one in (*people, *people)])

    assert [answer.status_code for answer in answers] == [204] * 4
    assert (await clerk.get(url)).json()["people"] == []
