"""One incident, held while somebody says something of it: what stands around it, and how what was said is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.incidents.conclusion import store
from services.incidents.conclusion.rules import Rulebook
from services.incidents.conclusion.sweep import judge_standing
from services.incidents.delivery.tables import DELIVERY
from services.incidents.incident.tables import INCIDENT
from shared.contracts.deliveries import Delivery
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement
from shared.contracts.record import LIVE
from shared.records import keep
from shared.records.database import Connection
from shared.records.keep import Current, Draft, Kept, Kind, Result
from shared.records.log import Position


@dataclass(frozen=True, slots=True)
class Matter:
    """An incident as it stands, the district's copy of it if it was delivered, and what the sides have judged."""

    current: Current
    incident: Incident
    copy_id: UUID | None
    delivery: Delivery | None
    judgements: Mapping[str, Judgement]

    @property
    def is_live(self) -> bool:
        """Whether the incident is in views and counts."""
        return self.current.state == LIVE


async def look(connection: Connection, key: str, *, hold: bool = False) -> Matter | None:
    """The incident with this key, None where there is none. `hold` keeps it as it is until the transaction ends."""
    current = (await keep.find(connection, INCIDENT, [key], hold=hold)).get(key)
    if current is None:
        return None
    around = (await store.around(connection, [key])).get(key, {})
    live = {kind: [row for row in rows if row.state == LIVE] for kind, rows in around.items()}
    copy = next(iter(live.get(DELIVERY.name, ())), None)
    return Matter(
        current,
        Incident.model_validate_json(current.document),
        copy.id if copy else None,
        Delivery.model_validate_json(copy.document) if copy else None,
        store.read_around(live).judgements,
    )


async def say(
    connection: Connection, matter: Matter, kind: Kind, draft: Draft, rulebook: Rulebook, *, by: str, at: datetime
) -> Kept:
    """Write what was said of an incident that is held, and judge the incident again by it.

    What is given is where the last of it stands in the log, so that a read which waits for that sees all of it.
    """
    written = await keep.write(connection, kind, [draft], by=by, at=at)
    positions = [written[draft.id], *await judge_standing(connection, [matter.current.key], rulebook, by=by, at=at)]
    result = Result.CREATED if draft.version == 1 else Result.CHANGED
    last = max(positions, key=Position.parse)
    return Kept(draft.id, draft.key, draft.version, draft.state, result, last, draft.document)


def unchanged(current: Current) -> Kept:
    """What somebody said, where that was said before."""
    return Kept(
        current.id,
        current.key,
        current.version,
        current.state,
        Result.UNCHANGED,
        current.position,
        current.document,
    )
