"""How what is counted is built anew from the incidents' log."""

from services.reporting.rollup.projection import READER_NAME, SERVICES, apply
from shared.records import rebuild as rebuilding
from shared.records.database import Database, DatabasePlan
from shared.records.rebuild import Comparison, ReadModel, Table
from shared.secrets import Secrets
from shared.settings import Settings

COUNTS = ReadModel(
    reader=READER_NAME,
    services=SERVICES,
    apply=apply,
    tables=(
        Table("counted", ("id",)),
        Table("fact", ("record_id", "measure", "element")),
        Table("rollup", ("school_id", "month", "ori", "measure", "initiated_by", "outcome")),
    ),
    others=("dead_letter",),
    announce=None,
)


async def rebuild(settings: Settings, *, plan: DatabasePlan, compare: bool) -> Comparison:
    """Build facts and sums anew from the incidents' log: to compare them with the live ones, or to replace those."""
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=plan.roles[0], database=plan.name)
    try:
        build = rebuilding.compare if compare else rebuilding.rebuild
        return await build(COUNTS, database, settings, secrets)
    finally:
        await database.close()
