"""What a read model could not apply: listed, applied again, or given up. A letter holds no content of its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nats.aio.client import Client

from shared.records import bus
from shared.records.consumer import Apply, events_of, projecting, reason_of
from shared.records.database import Database, is_unavailable
from shared.records.replay import replay_whole
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

    Raises NoRespondersError where their service is not there, MissingEvents where it does not give them.
    """
    async with bus.connected(settings, secrets, reader) as client:
        return [one for one in letters if one.sequence > 0 and await _try_again(one, apply, database, client)]


async def drop_dead_letters(letters: Sequence[DeadLetter], database: Database) -> None:
    """Give letters up: what they would have changed stays unchanged."""
    async with database.connection() as connection:
        await connection.executemany(DROP, [(letter.service, letter.sequence) for letter in letters])


async def _try_again(letter: DeadLetter, apply: Apply, database: Database, client: Client) -> bool:
    (numbered,) = await replay_whole(client, letter.service, letter.sequence, letter.sequence)
    try:
        async with projecting(database) as connection:
            await apply(connection, events_of([numbered]))
            await connection.execute(DROP, letter.service, letter.sequence)
    except Exception as error:
        if is_unavailable(error):
            raise
        async with database.connection() as connection:
            await connection.execute(TRIED, letter.service, letter.sequence, reason_of(error))
        return False
    return True
