"""How the gateway's documents are built anew, and what the change feed says of those that were mended."""

from gateway.database import DATABASE, PROJECTOR
from gateway.projections import apply
from gateway.projector import READER_NAME, SERVICES
from gateway.statements import told
from shared.records import rebuild as rebuilding
from shared.records.database import Database
from shared.records.rebuild import Comparison, ReadModel, Table
from shared.secrets import Secrets
from shared.settings import Settings

# What an audience is told of a mended document follows from where it stood and where it stands now.
ANNOUNCE = f"""
with kept as (
    select kind, coalesce(rebuilt.id, live.id) as id, custodian,
           coalesce(rebuilt.record_class, live.record_class) as record_class,
           live.school_id as old_school, rebuilt.school_id as new_school,
           live.district as old_district, rebuilt.district as new_district
    from public.document as live full join pg_temp.document as rebuilt using (custodian, kind, key)
    where live::text is distinct from rebuilt::text
)
{told("public.change")}"""

DOCUMENTS = ReadModel(
    reader=READER_NAME,
    services=SERVICES,
    apply=apply,
    tables=(Table("document", ("custodian", "kind", "key")),),
    others=("change", "dead_letter", "disclosure"),
    announce=ANNOUNCE,
)


async def rebuild(settings: Settings, *, compare: bool) -> Comparison:
    """Build the documents anew from the services' logs: to compare them with the live ones, or to replace those."""
    secrets = Secrets(settings.secrets_directory)
    database = await Database.open(settings, secrets, role=PROJECTOR, database=DATABASE.name)
    try:
        build = rebuilding.compare if compare else rebuilding.rebuild
        return await build(DOCUMENTS, database, settings, secrets)
    finally:
        await database.close()
