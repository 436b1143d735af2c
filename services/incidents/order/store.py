"""Orders of courts in PostgreSQL: what a function returns has been committed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import orjson
from uuid_utils.compat import uuid7

from services.incidents.answer.layers import Texts
from services.incidents.conclusion import store as conclusions
from services.incidents.conclusion.neighbours import neighbours
from services.incidents.conclusion.rules import Rulebook, Subject
from services.incidents.conclusion.store import OF_DISTRICT, Rows
from services.incidents.conclusion.sweep import judge_standing
from services.incidents.delivery.tables import DELIVERY
from services.incidents.flag.rules import CORRECTED
from services.incidents.flag.tables import FLAG
from services.incidents.incident.keys import IncidentKey
from services.incidents.incident.tables import INCIDENT
from services.incidents.match.tables import MATCH
from services.incidents.order.places import PLACES
from services.incidents.order.renewal import carried_over, cut_copy, renewed, set_apart
from shared.contracts.orders import Erased, OrderReport
from shared.contracts.record import LIVE, VOID
from shared.records import closed, keep
from shared.records.database import Connection, Database
from shared.records.erase import Going, erase
from shared.records.following import Standing
from shared.records.keep import Current, Draft, Follower
from shared.records.vault import THE_RECORD, Custodian, Vault

Act: TypeAlias = Literal["seal", "expunge"]


@dataclass(frozen=True, slots=True)
class Given:
    """An order that has come in: which incident it names, what it says, who sent it, and when."""

    key: str
    act: Act
    report: OrderReport
    by: str
    at: datetime

    @property
    def people(self) -> tuple[int, ...]:
        """The people whom it names; none where it names the whole record."""
        return self.report.person_numbers or ()

    @property
    def reaches_district(self) -> bool:
        """Whether it reaches the district's own copy."""
        return "district" in self.report.applies_to


async def carry_out(database: Database, vault: Vault, rulebook: Rulebook, key: IncidentKey, given: Given) -> str | None:
    """Take out of everything what an order names, and keep it out; where in the log that stands.

    None where there was nothing to take out: an order may come before its record.
    """
    custodian = await vault.custodian(database, key.ori)
    async with database.transaction() as connection:
        await closed.hold_alone(connection)
        await _keep_out(connection, vault, custodian, given)
        near = () if given.people else await _near(connection, given.key)
        current = (await keep.find(connection, INCIDENT, [given.key, *near], hold=True)).get(given.key)
        around = (await conclusions.around(connection, [given.key])).get(given.key, {})
        if current is not None and current.state == LIVE and given.people:
            texts = Texts(*await vault.unseal_layers(database, connection, current.id))
            await _take_out(connection, given, current, around)
            draft = renewed(current, texts, given.people, vault=vault, custodian=custodian, at=given.at)
            return await _write_anew(connection, rulebook, given, draft, current, around)
        position = await _take_out(connection, given, current, around)
        if given.people and given.reaches_district and current is None:
            copies = [cut_copy(row, given.people) for row in _live_copies(around)]
            await keep.write(connection, DELIVERY, copies, by=given.by, at=given.at)
        if near:
            await judge_standing(connection, list(near), rulebook, by=given.by, at=given.at)
        return position


async def lift(database: Database, vault: Vault, key: IncidentKey, person_numbers: Sequence[int] | None) -> None:
    """Keep out no longer what an order kept out: these people of an incident, or the whole where it is None."""
    custodian = await vault.custodian(database, key.ori)
    async with database.transaction() as connection:
        await closed.hold_alone(connection)
        await closed.lift(connection, custodian.digest_of_key(str(key)), person_numbers or [THE_RECORD])


async def _keep_out(connection: Connection, vault: Vault, custodian: Custodian, given: Given) -> None:
    order_id, digest = uuid7(), custodian.digest_of_key(given.key)
    said = {"/act": given.act, "/order": given.report.model_dump(mode="json")}
    sealed = vault.encrypt(order_id, custodian, {THE_RECORD: said})
    await closed.close(connection, digest, given.people or [THE_RECORD], order_id, sealed)


async def _near(connection: Connection, key: str) -> tuple[str, ...]:
    """The keys of those incidents that are judged with an eye on this one."""
    current = (await keep.find(connection, INCIDENT, [key])).get(key)
    if current is None or current.state == VOID:
        return ()
    numbers = (await neighbours(connection, {key: orjson.loads(current.document)})).get(key, ())
    return tuple(f"{current.owner}/{number}" for number in numbers)


async def _take_out(connection: Connection, given: Given, current: Current | None, around: Rows) -> str | None:
    """Erase an incident with all that stands around it; the district's copy only where the order reaches it."""
    gone = {row.id: name for name, rows in _reached(given, around).items() for row in rows}
    if current is not None:
        gone = {current.id: INCIDENT.name} | gone
    said = Erased(statistics=given.report.statistics)
    return await erase(connection, Going(gone, given.key), PLACES, said, by=given.by, at=given.at)


def _reached(given: Given, around: Rows) -> Rows:
    theirs = {kind.name for kind in OF_DISTRICT}
    return {name: rows for name, rows in around.items() if name not in theirs or given.reaches_district}


async def _write_anew(
    connection: Connection, rulebook: Rulebook, given: Given, draft: Draft, current: Current, around: Rows
) -> str:
    """Write the record that takes another's place, dated as that was, with what stood around it and still holds."""
    stays = {} if given.reaches_district else await _set_apart(connection, given, around)
    accepted_at, changed_at = current.accepted_at or given.at, current.changed_at or given.at
    document = orjson.loads(draft.document)
    near = await neighbours(connection, {draft.key: document})
    subject = Subject(draft.id, draft.version, document, accepted_at, neighbours=near.get(draft.key))
    incoming = conclusions.Incoming(draft.key, draft.owner, False, subject)
    standing = carried_over(around, draft.id, document) | stays
    followers = conclusions.follow([incoming], {draft.key: standing}, rulebook, given.at)
    holding = [follower for follower in followers if not _is_corrected(follower)]
    written = await keep.write(connection, INCIDENT, [draft], by=given.by, at=changed_at, followers=holding)
    await connection.execute("update incident set accepted_at = $2 where id = $1", draft.id, accepted_at)
    return written[draft.id]


async def _set_apart(connection: Connection, given: Given, around: Rows) -> dict[str, list[Standing]]:
    """Let the district's copies stay as they are from now on; what the district keeps, as it stands then."""
    drafts = [set_apart(row) for row in _live_copies(around)]
    await keep.write(connection, DELIVERY, drafts, by=given.by, at=given.at)
    changed: Mapping[str, Draft] = {draft.key: draft for draft in drafts}
    copies = [
        row._replace(version=changed[row.key].version, document=changed[row.key].document)
        if row.key in changed
        else row
        for row in around.get(DELIVERY.name, ())
    ]
    return {DELIVERY.name: copies, MATCH.name: list(around.get(MATCH.name, ()))}


def _live_copies(around: Rows) -> list[Standing]:
    return [row for row in around.get(DELIVERY.name, ()) if row.state == LIVE]


def _is_corrected(follower: Follower) -> bool:
    """Whether it is a flag that no longer holds: one that was raised for whom the order takes out."""
    return follower.kind is FLAG and orjson.loads(follower.draft.document)["state"] == CORRECTED
