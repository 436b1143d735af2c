"""Answers the gateway's calls for what is counted: a task beside the routes, for as long as the service runs."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.reporting.crdc.store import crdc_part
from services.reporting.disparity.store import disparities
from services.reporting.summary.store import summary
from services.reporting.tie_out.store import tie_out
from shared.contracts.contract import Contract
from shared.contracts.crdc import CrdcCall
from shared.contracts.disparities import DisparityCall
from shared.contracts.summaries import SummaryCall
from shared.contracts.tie_outs import TieOutCall
from shared.records import bus
from shared.records.database import Database
from shared.records.endurance import enduring
from shared.secrets import Secrets
from shared.settings import Settings

C = TypeVar("C", bound=Contract)
CALLS: tuple[tuple[str, type[Any], Callable[[Database, Any], Awaitable[Contract]]], ...] = (
    (bus.SUMMARISE, SummaryCall, summary),
    (bus.COMPARE, DisparityCall, disparities),
    (bus.TIE_OUT, TieOutCall, tie_out),
    (bus.CRDC, CrdcCall, crdc_part),
)
"""What can be asked: the call, what it says, and what finds the answer."""


async def answer_calls(service: str, database: Database, settings: Settings, secrets: Secrets) -> None:
    """Answer until cancelled, through every loss of PostgreSQL and NATS."""
    while True:
        async with enduring(f"calls of {service}"), bus.connected(settings, secrets, service) as client:
            for call, contract, find in CALLS:
                await client.subscribe(
                    bus.call_subject(service, call), queue=call, cb=_answer(client, database, contract, find)
                )
            await bus.until_closed(client)


def _answer(
    client: Client, database: Database, contract: type[C], find: Callable[[Database, C], Awaitable[Contract]]
) -> Callable[[Msg], Awaitable[None]]:
    async def answer(message: Msg) -> None:
        """Tell what is asked for where the gateway alone hears it: NATS gives that place to nobody else."""
        if not message.reply.startswith(f"{bus.inbox(bus.GATEWAY)}."):
            return
        found = await find(database, contract.model_validate_json(message.data))
        await client.publish(message.reply, found.model_dump_json().encode())

    return answer
