"""An order waits for whoever is writing, and nobody who is writing waits for the order."""

import asyncio

import httpx2
from fastapi import FastAPI

from services.incidents.incident.tables import INCIDENT
from shared.records import keep
from tests.incidents.conftest import AGENCY, HALLWAY, Connection
from tests.incidents.orders.conftest import ORDER
from tests.waiting import eventually

WRITES = "select digest from vault.closed where digest = '\\x00' for key share"
"""What every statement does that writes a record."""
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


async def test_an_order_waits_for_who_holds_its_record(
    app: FastAPI, clerk: httpx2.AsyncClient, url: str, number: str, kept: Connection
) -> None:
    await clerk.put(url, json=HALLWAY)
    async with app.state.held.database.transaction() as connection:
        held = await keep.find(connection, INCIDENT, [f"{AGENCY}/{number}"], hold=True)
        assert held
        order = asyncio.create_task(clerk.post(f"{url}/expunge", json=ORDER))
        await eventually(lambda: kept.fetchval(WAITING))
        await connection.execute(WRITES)

    assert (await order).status_code == 204
