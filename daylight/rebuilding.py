"""`daylight rebuild`: a read model anew from the services' logs, to compare it with the live one or to mend that."""

import asyncio
import sys

import asyncpg
from nats.errors import Error as NatsError

from daylight.read_models import READ_MODELS
from daylight.stack.folders import Folders
from daylight.stack.running import settings_of
from daylight.stack.trouble import CannotStart
from shared.records.rebuild import Comparison
from shared.secrets import MissingSecret
from shared.settings import Settings

MOST_PRINTED = 20


def rebuild(folders: Folders, model: str, *, compare: bool) -> int:
    """Rebuild the gateway's documents or what reporting counts, and print what was found.

    With `compare`, nothing is changed. Exit code 0 if the rows are as the logs say, or have been mended; 1 if a
    comparison finds a difference, or with a sentence on standard error where nothing could be rebuilt.
    """
    try:
        found = asyncio.run(_rebuild(model, settings_of(folders), compare=compare))
    except (CannotStart, MissingSecret) as trouble:
        print(f"Nothing was rebuilt: {trouble}", file=sys.stderr)
        return 1
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, NatsError) as error:
        print(
            f"Nothing was rebuilt: PostgreSQL, NATS or a service does not answer ({type(error).__name__}).",
            file=sys.stderr,
        )
        return 1
    print(f"{found.rows} rows from {found.events} events: {len(found.differences)} differences")
    for difference in found.differences[:MOST_PRINTED]:
        print(f"  {difference.table} {' '.join(difference.key)}: {difference.kind}")
    if len(found.differences) > MOST_PRINTED:
        print(f"  and {len(found.differences) - MOST_PRINTED} more")
    if found.differences and not compare:
        print("The live rows have been mended.")
    return 1 if found.differences and compare else 0


async def _rebuild(model: str, settings: Settings, *, compare: bool) -> Comparison:
    return await READ_MODELS[model].rebuild(settings, compare=compare)
