"""Unseals what is asked for, as it stands in one snapshot."""

from services.incidents.answer.layers import Layers, Texts, told
from services.incidents.conclusion import store as conclusions
from services.incidents.incident.tables import INCIDENT
from services.incidents.reveal.rules import revealed
from shared.contracts.deliveries import Delivery
from shared.contracts.record import LIVE
from shared.contracts.reveals import RevealCall, Revealed
from shared.records import keep
from shared.records.database import Connection, Database
from shared.records.vault import Vault


async def reveal(database: Database, vault: Vault, call: RevealCall) -> Revealed | None:
    """What is sealed of a live record, as it stands with its answers; None where that custodian has no such record.

    Raises InvalidTag where the vault was tampered with.
    """
    key = f"{call.ori}/{call.incident_number}"
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        current = (await keep.find(connection, INCIDENT, [key])).get(key)
        if current is None or current.state != LIVE:
            return None
        delivery = await _delivery(connection, key, call.lea_id) if call.lea_id else None
        if call.lea_id and delivery is None:
            return None
        texts = Texts(*await vault.unseal_layers(database, connection, current.id))
    report = told(Layers.below(current.document, current.layers), texts)
    delivered = delivery is None or delivery.documentation_delivered_at is not None
    return revealed(report, call, version=current.version, documentation_delivered=delivered)


async def _delivery(connection: Connection, key: str, lea_id: str) -> Delivery | None:
    """The copy of an incident that a district has now."""
    around = (await conclusions.around(connection, [key])).get(key, {})
    for row in around.get("delivery", ()):
        if row.owner == lea_id and row.state == LIVE:
            return Delivery.model_validate_json(row.document)
    return None
