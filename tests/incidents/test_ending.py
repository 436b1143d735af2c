"""A service ends within moments, at whatever moment of its beginning it is told to."""

import asyncio
import gc

import pytest

from services.incidents.app import DATABASE, create_app
from shared.settings import Settings
from tests.servers import Databases


# A driver that is cut off while it connects leaves its socket to the garbage collector, which warns of it.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("milliseconds", [0, 2, 5, 8, 13, 21])
def test_a_service_that_is_ended_while_it_begins_ends(
    settings: Settings, databases: Databases, milliseconds: int
) -> None:
    async def begin_and_end(moment: float) -> None:
        app = create_app(settings)
        async with asyncio.timeout(5):
            async with app.router.lifespan_context(app):
                await asyncio.sleep(moment)

    asyncio.run(databases.fresh(DATABASE))
    for turn in range(5):
        asyncio.run(begin_and_end(milliseconds / 1_000 + turn / 4_000))
    gc.collect()
