"""The read models of an installation: where each is kept, who fills it, and how it is built anew."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

import gateway.database
import gateway.projections
import gateway.projector
import gateway.rebuild
import services.reporting.app
from services.reporting.rollup import projection, rebuild
from shared.records.consumer import Apply
from shared.records.rebuild import Comparison

COUNTS = services.reporting.app.DATABASE


@dataclass(frozen=True, slots=True)
class Place:
    """A read model: its database and the role that fills it, its reader and projection, and how it is rebuilt."""

    database: str
    role: str
    reader: str
    apply: Apply
    rebuild: Callable[..., Awaitable[Comparison]]


READ_MODELS: Mapping[str, Place] = {
    "gateway": Place(
        gateway.database.DATABASE.name,
        gateway.database.PROJECTOR,
        gateway.projector.READER_NAME,
        gateway.projections.apply,
        gateway.rebuild.rebuild,
    ),
    "reporting": Place(
        COUNTS.name,
        COUNTS.roles[0],
        projection.READER_NAME,
        projection.apply,
        partial(rebuild.rebuild, plan=COUNTS),
    ),
}
"""By the names that the command line takes."""
