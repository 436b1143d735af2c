"""Reads what stands around incidents, and drafts what follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid5

import orjson

from services.incidents.conclusion.rules import Around, Concluded, Rulebook, Subject, conclude, conclude_void
from services.incidents.conclusion.tables import CONCLUSION
from services.incidents.delivery.tables import DELIVERY
from services.incidents.flag.rules import name_of
from services.incidents.flag.tables import FLAG
from services.incidents.incident.receipts import Follows
from services.incidents.judgement.tables import JUDGEMENT
from services.incidents.match.rules import holds, people_in
from services.incidents.match.tables import MATCH
from services.incidents.opening.tables import OPENING
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import LEA_ID_DIGITS, canonical
from shared.contracts.deliveries import Delivery, Opening
from shared.contracts.flags import Flag
from shared.contracts.judgements import Judgement
from shared.contracts.matches import Match
from shared.contracts.record import LIVE, VOID
from shared.records import keep
from shared.records.database import Connection
from shared.records.following import Standing, Wanted, become, next_version
from shared.records.keep import Draft, Follower, Kept, Kind

SAID = (JUDGEMENT, OPENING)
"""What people say of an incident; the rest is what the rules make of it. A record of it is its speaker's own."""
OF_DISTRICT = (DELIVERY, MATCH)
"""What a district keeps for itself: an order reaches it only if it says so."""
KINDS = {kind.name: kind for kind in (JUDGEMENT, OPENING, DELIVERY, MATCH, FLAG, CONCLUSION)}
AROUND = " union all ".join(
    f"select '{name}' as kind, about, id, key, owner, version, state, document::text as document"
    f" from {kind.table} where about = any($1)"
    for name, kind in KINDS.items()
)


Rows: TypeAlias = Mapping[str, Sequence[Standing]]
"""What stands around one incident, by kind."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An incident that is written or judged again: its key, owner, whether it is void, and what the rules take."""

    key: str
    owner: str
    void: bool
    subject: Subject


async def around(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, list[Standing]]]:
    """What stands around incidents, by key and kind; those with nothing around them are left out."""
    if not keys:
        return {}
    found: dict[str, dict[str, list[Standing]]] = {}
    for row in await connection.fetch(AROUND, keys):
        kind, about, *standing = row
        found.setdefault(about, {}).setdefault(kind, []).append(Standing(*standing))
    return found


def read_around(rows: Rows) -> Around:
    """What stands around an incident, as the rules take it; what is void as well, for the record that comes back."""
    return Around(
        judgements={one.side: one for one in _read(Judgement, rows.get("judgement", ()))},
        openings={one.side: one for one in _read(Opening, rows.get("opening", ()))},
        flags={row.id: _parse(Flag, row) for row in rows.get("flag", ())},
        deliveries={one.lea_id: one for one in _read(Delivery, rows.get("delivery", ()))},
    )


def follow(
    incoming: Sequence[Incoming],
    standing: Mapping[str, Rows],
    rulebook: Rulebook,
    now: datetime,
) -> list[Follower]:
    """Draft what follows from incidents, given what stands around them; nothing is drafted for what stays as it is."""
    followers: list[Follower] = []
    for one in incoming:
        rows = standing.get(one.key, {})
        drafts = _void(one, rows, now) if one.void else _live(one, rows, rulebook, now)
        followers += [Follower(one.subject.id, kind, draft) for kind, draft in drafts]
    return followers


def follows(kept: Kept, rows: Rows) -> Follows:
    """What follows from an incident that was kept: what was written with it, and of what stands around it the rest."""
    written = {(one.kind.name, one.draft.id): one.draft for one in kept.followers}
    standing = {(name, row.id): row for name, found in rows.items() for row in found} | written
    live = [(name, record_id, one.document) for (name, record_id), one in standing.items() if one.state == LIVE]
    conclusion = next((document for name, _, document in live if name == CONCLUSION.name), None)
    return Follows(
        flags={
            record_id: Flag.model_validate_json(document) for name, record_id, document in live if name == FLAG.name
        },
        conclusion=Conclusion.model_validate_json(conclusion) if conclusion else None,
    )


async def write(connection: Connection, followers: Sequence[Follower], *, by: str, at: datetime) -> list[str]:
    """Write what follows from incidents that the caller holds; the places in the log where it stands."""
    positions: list[str] = []
    for kind in KINDS.values():
        drafts = [follower.draft for follower in followers if follower.kind is kind]
        positions += (await keep.write(connection, kind, drafts, by=by, at=at)).values()
    return positions


def _live(one: Incoming, rows: Rows, rulebook: Rulebook, now: datetime) -> Iterable[tuple[Kind, Draft]]:
    rows, said_elsewhere = _in_force(one, rows)
    concluded = conclude(one.subject, read_around(rows), rulebook, now)
    yield from _drafts(FLAG, rows, _flags(one, concluded.flags))
    yield from _drafts(
        CONCLUSION, rows, {uuid5(one.subject.id, "conclusion"): (one.key, one.owner, concluded.conclusion)}
    )
    yield from _drafts(DELIVERY, rows, _deliveries(one, rows, concluded))
    yield from _matches(one, rows, concluded)
    for kind in SAID:
        for row in rows.get(kind.name, ()):
            if row.state == VOID:
                yield kind, next_version(row, canonical(orjson.loads(row.document)), LIVE)
        yield from _drafts(kind, said_elsewhere, {})


def _in_force(one: Incoming, rows: Rows) -> tuple[Rows, Rows]:
    """What stands around an incident, and apart from it what a district said that the incident is not before now.

    A record may move to another district, when its school was a mistake: the one before has no say in it any more.
    """
    school_id = one.subject.document.get("school_id") or ""
    sides = {one.owner, school_id[:LEA_ID_DIGITS]}
    said = {kind.name: rows.get(kind.name, ()) for kind in SAID}
    here = {name: [row for row in found if row.owner in sides] for name, found in said.items()}
    elsewhere = {name: [row for row in found if row.owner not in sides] for name, found in said.items()}
    return {**rows, **here}, elsewhere


def _void(one: Incoming, rows: Rows, now: datetime) -> Iterable[tuple[Kind, Draft]]:
    stay = _flags(one, conclude_void(one.subject, read_around(rows), now))
    yield from _drafts(FLAG, rows, stay)
    for name, kind in KINDS.items():
        if kind is not FLAG:
            yield from _drafts(kind, {name: rows.get(name, ())}, {})


def _flags(one: Incoming, flags: Mapping[UUID, Flag]) -> Wanted:
    return {key: (f"{one.key}/{name_of(flag.code, flag.detail)}", one.owner, flag) for key, flag in flags.items()}


def _deliveries(one: Incoming, rows: Rows, concluded: Concluded) -> Wanted:
    """The copies by id. A district's copy stays the same record, though the agency's went by an order and came back."""
    standing = {row.owner: row.id for row in rows.get(DELIVERY.name, ())}
    return {
        standing.get(lea_id, uuid5(one.subject.id, lea_id)): (f"{one.key}/{lea_id}", lea_id, delivery)
        for lea_id, delivery in concluded.deliveries.items()
    }


def _matches(one: Incoming, rows: Rows, concluded: Concluded) -> Iterable[tuple[Kind, Draft]]:
    """Districts' words on people go when they are about nobody any more, and come back with whom they are about.

    Those on a copy that an order left to the district stay as they are.
    """
    people = people_in(one.subject.document)
    for row in rows.get(MATCH.name, ()):
        delivery = concluded.deliveries.get(row.owner)
        if delivery is not None and delivery.apart:
            continue
        state = LIVE if holds(_parse(Match, row), people, delivery) else VOID
        if row.state != state:
            yield MATCH, next_version(row, canonical(orjson.loads(row.document)), state)


def _drafts(kind: Kind, rows: Rows, wanted: Wanted) -> Iterable[tuple[Kind, Draft]]:
    return ((kind, draft) for draft in become(rows.get(kind.name, ()), wanted))


def _read(contract: Any, rows: Iterable[Standing]) -> Iterable[Any]:
    return (_parse(contract, row) for row in rows)


def _parse(contract: Any, row: Standing) -> Any:
    return contract.model_validate_json(row.document)
