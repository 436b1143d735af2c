"""Which incidents are near each other: of one officer, at one school, within ten minutes. They may be one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from shared.records.database import Connection

NEIGHBOURS = """
select sent.key, near.key as neighbour, near.document -> 'officers' as officers
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as sent (key, owner, school_id, occurred_at)
join incident as near
  on near.owner = sent.owner and near.school_id = sent.school_id and near.key <> sent.key and near.state = 'live'
 and near.document ->> 'occurred_precision' = 'minute'
 and near.occurred_at between sent.occurred_at - interval '10 minutes' and sent.occurred_at + interval '10 minutes'
where near.key <> all ($1::text[])
"""
JUDGE_AGAIN = """
insert into judge_again as known (about) select unnest($1::text[])
on conflict (about) do update set marks = known.marks + 1
"""
NEAR = timedelta(minutes=10)
TELLS_NEAR = ("school_id", "officers", "occurred_at", "occurred_precision")
"""What a record says of its place and time: by it others are near, or are not."""
NOT_KNOWN = "unknown"


async def neighbours(connection: Connection, documents: Mapping[str, dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The numbers of the incidents that are near each of these, by key; also among these.

    Only incidents whose officer and school are known are in the answer.
    """
    known = {key: one for key, one in documents.items() if one.get("school_id") and _officers(one)}
    if not known:
        return {}
    near: dict[str, set[str]] = {key: set() for key in known}
    for key, other in (*await _standing(connection, known), *_among(known)):
        near[key].add(other)
    return {key: tuple(sorted(other.partition("/")[2] for other in others)) for key, others in near.items()}


async def judge_again(connection: Connection, keys: Iterable[str]) -> None:
    """Have incidents judged again at the next sweep."""
    if wanted := sorted(keys):
        await connection.execute(JUDGE_AGAIN, wanted)


async def _standing(connection: Connection, known: Mapping[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of one of these and one that stands beside them."""
    rows = await connection.fetch(
        NEIGHBOURS,
        list(known),
        [one["ori"] for one in known.values()],
        [one["school_id"] for one in known.values()],
        [_occurred_at(one) for one in known.values()],
    )
    return [
        (row["key"], row["neighbour"])
        for row in rows
        if _officers(known[row["key"]]) & _officers({"officers": orjson.loads(row["officers"])})
    ]


def _among(known: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Pairs of two of these: those of an officer at a school in the order of their times, so that few are compared."""
    places: dict[tuple[str, str, tuple[str, str]], list[tuple[datetime, str]]] = {}
    for key, one in known.items():
        for officer in _officers(one):
            places.setdefault((one["ori"], one["school_id"], officer), []).append((_occurred_at(one), key))
    for found in places.values():
        found.sort()
        for place, (time, key) in enumerate(found):
            for later, other in found[place + 1 :]:
                if later - time > NEAR:
                    break
                yield from _of_the_minute(known, key, other)


def _of_the_minute(known: Mapping[str, dict[str, Any]], *pair: str) -> Iterator[tuple[str, str]]:
    """Each of two with the other, where that one knows the minute."""
    for one, other in (pair, pair[::-1]):
        if known[other]["occurred_precision"] == "minute":
            yield one, other


def _occurred_at(document: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(document["occurred_at"])


def _officers(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {
        (officer.get("ori", ""), officer["officer_number"])
        for officer in document.get("officers", ())
        if officer.get("officer_number", NOT_KNOWN) != NOT_KNOWN
    }
