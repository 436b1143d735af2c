"""Answers the gateway's calls for summaries: a task beside the routes, for as long as the service runs."""

from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.reporting.summary.store import summary
from shared.contracts.summaries import SummaryCall
from shared.records import bus
from shared.records.database import Database
from shared.records.endurance import enduring
from shared.secrets import Secrets
from shared.settings import Settings


async def answer_summaries(service: str, database: Database, settings: Settings, secrets: Secrets) -> None:
    """Answer until cancelled, through every loss of PostgreSQL and NATS."""
    while True:
        async with enduring(f"summaries of {service}"), bus.connected(settings, secrets, service) as client:
            await client.subscribe(
                bus.call_subject(service, bus.SUMMARISE), queue=bus.SUMMARISE, cb=_answer(client, database)
            )
            await bus.until_closed(client)


def _answer(client: Client, database: Database) -> Callable[[Msg], Awaitable[None]]:
    async def answer(message: Msg) -> None:
        """Tell what is asked for where the gateway alone hears it: NATS gives that place to nobody else."""
        if not message.reply.startswith(f"{bus.inbox(bus.GATEWAY)}."):
            return
        found = await summary(database, SummaryCall.model_validate_json(message.data))
        await client.publish(message.reply, found.model_dump_json().encode())

    return answer
