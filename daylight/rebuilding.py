"""`daylight rebuild`: a read model anew from the services' logs, to compare it with the live one or to mend that."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import asyncpg
from nats.errors import Error as NatsError

from daylight.stack.folders import Folders
from daylight.stack.running import settings_of
from daylight.stack.trouble import CannotStart
from gateway.rebuild import rebuild as rebuild_gateway
from services.reporting.app import DATABASE
from services.reporting.rollup.rebuild import rebuild as rebuild_counts
from shared.records.rebuild import Comparison
from shared.secrets import MissingSecret
from shared.settings import Settings

MOST_PRINTED = 20


async def _rebuild_reporting(settings: Settings, *, compare: bool) -> Comparison:
    return await rebuild_counts(settings, DATABASE, compare=compare)


MODELS: Mapping[str, Callable[..., Coroutine[Any, Any, Comparison]]] = {
    "gateway": rebuild_gateway,
    "reporting": _rebuild_reporting,
}


def rebuild(folders: Folders, model: str, *, compare: bool) -> int:
    """Rebuild the gateway's documents or what reporting counts, and print what was found.

    With `compare`, nothing is changed. Exit code 0 if the rows are as the logs say, or have been mended; 1 if a
    comparison finds a difference, or with a sentence on standard error where nothing could be rebuilt.
    """
    try:
        found = asyncio.run(MODELS[model](settings_of(folders), compare=compare))
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
