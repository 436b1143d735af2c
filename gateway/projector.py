"""The process that keeps the gateway's documents up to date with the services' events."""

import gc

from gateway.database import DATABASE, PROJECTOR
from gateway.projections import apply
from gateway.row_security import refuse_gaps
from shared.records.consumer import Projector
from shared.records.database import Database
from shared.secrets import Secrets
from shared.settings import Settings
from shared.web.telemetry import start_telemetry

READER_NAME = "projector"
SERVICES = ("incidents", "training", "reporting")


async def run(settings: Settings) -> None:
    """Project until cancelled.

    Raises UnsafeRowSecurity where the documents would not be guarded, and OSError or asyncpg.PostgresError where
    PostgreSQL is not there at the start.
    """
    start_telemetry(READER_NAME, settings)
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=PROJECTOR, database=DATABASE.name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    try:
        async with database.connection() as connection:
            await refuse_gaps(connection)
        await Projector(READER_NAME, SERVICES, apply, database, settings, secrets).run()
    finally:
        await database.close()
