"""The one list of all that can hold an incident's id, its number or a copy of it, here in the service."""

from collections.abc import Mapping

from services.incidents.conclusion import store as conclusions
from services.incidents.incident.tables import INCIDENT
from shared.records import erase
from shared.records.database import Connection
from shared.records.erase import Forget, Going, forget_rows


async def forget_judging(connection: Connection, going: Going) -> None:
    """Have nothing judged again that is gone."""
    await connection.execute("delete from judge_again where about = $1", going.key)


PLACES: Mapping[str, Forget] = {
    **{kind.table: forget_rows(kind.table) for kind in (INCIDENT, *conclusions.KINDS.values())},
    "judge_again": forget_judging,
    **erase.EVERYWHERE,
}
"""By table how it forgets."""
HOLD_NOTHING = erase.HOLD_NOTHING | {"school_code"}
"""Tables that hold nothing of an incident."""
