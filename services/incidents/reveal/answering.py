"""Answers the gateway's requests to reveal: a task beside the routes, for as long as the service runs."""

from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.incidents.reveal.store import reveal
from shared.contracts.reveals import NothingToReveal, RevealCall
from shared.records import bus
from shared.records.database import Database
from shared.records.endurance import enduring
from shared.records.vault import Vault
from shared.secrets import Secrets
from shared.settings import Settings


async def answer_reveals(service: str, database: Database, vault: Vault, settings: Settings, secrets: Secrets) -> None:
    """Answer until cancelled, through every loss of PostgreSQL and NATS."""
    while True:
        async with enduring(f"reveals of {service}"), bus.connected(settings, secrets, service) as client:
            await client.subscribe(
                bus.call_subject(service, bus.REVEAL), queue=bus.REVEAL, cb=_answer(client, database, vault)
            )
            await bus.until_closed(client)


def _answer(client: Client, database: Database, vault: Vault) -> Callable[[Msg], Awaitable[None]]:
    async def answer(message: Msg) -> None:
        """Tell what is asked for where the gateway alone hears it: NATS gives that place to nobody else."""
        if not message.reply.startswith(f"{bus.inbox(bus.GATEWAY)}."):
            return
        found = await reveal(database, vault, RevealCall.model_validate_json(message.data))
        said = found or NothingToReveal()
        await client.publish(message.reply, said.model_dump_json().encode())

    return answer
