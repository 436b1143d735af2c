"""Reads what stands around incidents, and drafts what follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID, uuid5

import orjson

from services.incidents.conclusion.rules import Around, Concluded, Rulebook, Subject, conclude, conclude_void
from services.incidents.conclusion.tables import CONCLUSION
from services.incidents.delivery.tables import DELIVERY
from services.incidents.flag.rules import name_of
from services.incidents.flag.tables import FLAG
from services.incidents.incident.receipts import Follows
from services.incidents.judgement.tables import JUDGEMENT
from services.incidents.opening.tables import OPENING
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import LEA_ID_DIGITS, Contract, canonical
from shared.contracts.deliveries import Delivery, Opening
from shared.contracts.flags import Flag
from shared.contracts.judgements import Judgement
from shared.contracts.record import LIVE, VOID
from shared.records import keep
from shared.records.database import Connection
from shared.records.keep import Draft, Follower, Kept, Kind

SAID = (JUDGEMENT, OPENING)
"""What people say of an incident; the rest is what the rules make of it. A record of it is its speaker's own."""
KINDS = {kind.name: kind for kind in (JUDGEMENT, OPENING, DELIVERY, FLAG, CONCLUSION)}
AROUND = " union all ".join(
    f"select '{name}' as kind, about, id, key, owner, version, state, document::text as document"
    f" from {kind.table} where about = any($1)"
    for name, kind in KINDS.items()
)
NEIGHBOURS = """
select sent.key, near.key as neighbour, near.document -> 'officers' as officers
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as sent (key, owner, school_id, occurred_at)
join incident as near
  on near.owner = sent.owner and near.school_id = sent.school_id and near.key <> sent.key and near.state = 'live'
 and near.document ->> 'occurred_precision' = 'minute'
 and near.occurred_at between sent.occurred_at - interval '10 minutes' and sent.occurred_at + interval '10 minutes'
"""
JUDGE_AGAIN = "insert into judge_again (about) select unnest($1::text[]) on conflict do nothing"
NEAR_SECONDS = 600
TELLS_NEAR = ("school_id", "officers", "occurred_at", "occurred_precision")
"""What a record says of its place and time: by it others are near, or are not."""
NOT_KNOWN = "unknown"


class Standing(NamedTuple):
    """A record that stands around an incident."""

    id: UUID
    key: str
    owner: str
    version: int
    state: str
    document: str


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


async def neighbours(connection: Connection, documents: Mapping[str, dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The numbers of other incidents of an officer at a school within ten minutes, by key; also among these.

    Only incidents whose officer and school are known are in the answer.
    """
    known = {key: one for key, one in documents.items() if one.get("school_id") and _officers(one)}
    if not known:
        return {}
    near: dict[str, set[str]] = {key: set() for key in known}
    times = {key: datetime.fromisoformat(one["occurred_at"]) for key, one in known.items()}
    rows = await connection.fetch(
        NEIGHBOURS,
        list(known),
        [one["ori"] for one in known.values()],
        [one["school_id"] for one in known.values()],
        list(times.values()),
    )
    for row in rows:
        if row["neighbour"] not in known and _officers(known[row["key"]]) & _officers(
            {"officers": orjson.loads(row["officers"])}
        ):
            near[row["key"]].add(row["neighbour"])
    for key, others in _by_place(known).items():
        near[key] |= {
            other
            for other in others
            if other != key
            and known[other]["occurred_precision"] == "minute"
            and abs((times[key] - times[other]).total_seconds()) <= NEAR_SECONDS
            and _officers(known[key]) & _officers(known[other])
        }
    return {key: tuple(sorted(other.partition("/")[2] for other in others)) for key, others in near.items()}


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


async def judge_again(connection: Connection, keys: Iterable[str]) -> None:
    """Have incidents judged again at the next sweep."""
    if wanted := sorted(keys):
        await connection.execute(JUDGE_AGAIN, wanted)


async def write(connection: Connection, followers: Sequence[Follower], *, by: str, at: datetime) -> list[str]:
    """Write what follows from incidents that the caller holds; the places in the log where it stands."""
    positions: list[str] = []
    for kind in KINDS.values():
        drafts = [follower.draft for follower in followers if follower.kind is kind]
        positions += (await keep.write(connection, kind, drafts, by=by, at=at)).values()
    return positions


def _by_place(known: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """For each incident those of the same agency at the same school."""
    places: dict[tuple[str, str], list[str]] = {}
    for key, one in known.items():
        places.setdefault((one["ori"], one["school_id"]), []).append(key)
    return {key: places[one["ori"], one["school_id"]] for key, one in known.items()}


def _officers(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {
        (officer.get("ori", ""), officer["officer_number"])
        for officer in document.get("officers", ())
        if officer.get("officer_number", NOT_KNOWN) != NOT_KNOWN
    }


def _live(one: Incoming, rows: Rows, rulebook: Rulebook, now: datetime) -> Iterable[tuple[Kind, Draft]]:
    rows, said_elsewhere = _in_force(one, rows)
    concluded = conclude(one.subject, read_around(rows), rulebook, now)
    yield from _drafts(FLAG, rows, _flags(one, concluded.flags))
    yield from _drafts(
        CONCLUSION, rows, {uuid5(one.subject.id, "conclusion"): (one.key, one.owner, concluded.conclusion)}
    )
    yield from _drafts(DELIVERY, rows, _deliveries(one, rows, concluded))
    for kind in SAID:
        for row in rows.get(kind.name, ()):
            if row.state == VOID:
                yield kind, _draft(row, row.id, row.key, row.owner, canonical(orjson.loads(row.document)), LIVE)
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


def _flags(one: Incoming, flags: Mapping[UUID, Flag]) -> dict[UUID, tuple[str, str, Contract]]:
    return {key: (f"{one.key}/{name_of(flag.code, flag.detail)}", one.owner, flag) for key, flag in flags.items()}


def _deliveries(one: Incoming, rows: Rows, concluded: Concluded) -> dict[UUID, tuple[str, str, Contract]]:
    """The copies by id. A district's copy stays the same record, though the agency's went by an order and came back."""
    standing = {row.owner: row.id for row in rows.get(DELIVERY.name, ())}
    return {
        standing.get(lea_id, uuid5(one.subject.id, lea_id)): (f"{one.key}/{lea_id}", lea_id, delivery)
        for lea_id, delivery in concluded.deliveries.items()
    }


def _drafts(kind: Kind, rows: Rows, wanted: Mapping[UUID, tuple[str, str, Contract]]) -> Iterable[tuple[Kind, Draft]]:
    """Drafts by which the rows of a kind become what is wanted; those that are not are made void."""
    standing = {row.id: row for row in rows.get(kind.name, ())}
    for record_id, (key, owner, record) in wanted.items():
        row = standing.get(record_id)
        document = canonical(record.model_dump(exclude_none=True))
        if row is None or row.state == VOID or orjson.loads(row.document) != orjson.loads(document):
            yield kind, _draft(row, record_id, key, owner, document, LIVE)
    for record_id, row in standing.items():
        if record_id not in wanted and row.state == LIVE:
            yield kind, _draft(row, record_id, row.key, row.owner, row.document, VOID)


def _draft(row: Standing | None, record_id: UUID, key: str, owner: str, document: str, state: str) -> Draft:
    version = row.version + 1 if row else 1
    return Draft(record_id, key, owner, version, state, keep.digest(document), document)


def _read(contract: Any, rows: Iterable[Standing]) -> Iterable[Any]:
    return (_parse(contract, row) for row in rows)


def _parse(contract: Any, row: Standing) -> Any:
    return contract.model_validate_json(row.document)
