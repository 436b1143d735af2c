"""What a read model could not apply: listed, applied again, or given up. A letter holds no content of its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nats.aio.client import Client

from shared.records import bus
from shared.records.consumer import Apply, replay
from shared.records.database import Database
from shared.secrets import Secrets
from shared.settings import Settings

LIST = """
select service, sequence, subject, event_id, record_id, reason, attempts, died_at
from dead_letter order by died_at, service, sequence
"""
TRIED = "update dead_letter set attempts = attempts + 1, reason = $3 where service = $1 and sequence = $2"
DROP = "delete from dead_letter where service = $1 and sequence = $2"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event that was not applied. `sequence` is negative for a message that was no event: its stream's number."""

    service: str
    sequence: int
    subject: str
    event_id: UUID | None
    record_id: UUID | None
    reason: str
    attempts: int
    died_at: datetime

    @property
    def name(self) -> str:
        """How a person names it: `service:sequence`."""
        return f"{self.service}:{self.sequence}"


async def list_dead_letters(database: Database) -> list[DeadLetter]:
    """Every dead letter, oldest first."""
    async with database.connection() as connection:
        return [DeadLetter(*row) for row in await connection.fetch(LIST)]


async def replay_dead_letters(
    letters: Sequence[DeadLetter],
    apply: Apply,
    database: Database,
    settings: Settings,
    secrets: Secrets,
    *,
    reader: str,
) -> list[DeadLetter]:
    """Ask for the events again and apply them; give those letters that are applied now and therefore gone.

    Raises TimeoutError where their service does not answer.
    """
    client = await bus.connect(settings, secrets, reader)
    try:
        return [one for one in letters if one.sequence > 0 and await _try_again(one, apply, database, client)]
    finally:
        await client.close()


async def drop_dead_letters(letters: Sequence[DeadLetter], database: Database) -> None:
    """Give letters up: what they would have changed stays unchanged."""
    async with database.connection() as connection:
        await connection.executemany(DROP, [(letter.service, letter.sequence) for letter in letters])


async def _try_again(letter: DeadLetter, apply: Apply, database: Database, client: Client) -> bool:
    events = await replay(client, letter.service, letter.sequence, letter.sequence)
    try:
        async with database.transaction() as connection:
            await apply(connection, events)
            await connection.execute(DROP, letter.service, letter.sequence)
    except Exception as error:  # noqa: BLE001 - whatever keeps it from being applied is its reason
        reason = getattr(error, "reason", type(error).__name__)
        async with database.connection() as connection:
            await connection.execute(TRIED, letter.service, letter.sequence, reason)
        return False
    return True
