"""Reads the change feed: what a viewer should know that changed, each record as it stands at the time of reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from gateway.masks import withheld
from gateway.policy import PUBLIC_FACT, Rule
from gateway.projections import KINDS, PUBLIC
from gateway.viewer import Scope, Viewer
from shared.records.database import Connection
from shared.web.paging import Cursors
from shared.web.problems import Problem

START = "start"
CURSOR_LIFE = timedelta(days=365)
RECORD_KINDS = tuple(kind for kind, projected in KINDS.items() if projected.record_class != PUBLIC_FACT)

UPSERT, VOID, REMOVED = "upsert", "void", "removed"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which changes are asked for: those of one class of records, within the viewer's scope, after a number."""

    scope: Scope
    kinds: tuple[str, ...]
    school_id: str | None
    after: int
    limit: int

    @property
    def audiences(self) -> list[str]:
        """The audiences that the viewer belongs to."""
        if self.scope.record_class == PUBLIC_FACT:
            return [PUBLIC]
        if self.scope.values is None:
            return ["state"]
        prefix = "agency" if self.scope.column == "custodian" else "district"
        return [f"{prefix}:{value}" for value in self.scope.values]


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of the feed: the changes, the number that the next page follows, whether there is more now."""

    changes: list[dict[str, Any]]
    last: int
    caught_up: bool


# A document is joined only where the viewer may see it now: without one the change says `removed`, and no more.
READ = """
with told as (
    select one.* from unnest($1::text[]) as audience (name), lateral (
        select number, kind, id, custodian from change
        where audience = audience.name and number > $2 and kind = any ($3::text[])
          and ($4::text is null or $4 = any (schools))
        order by number limit $5
    ) as one
    order by number limit $5
)
select told.number, told.kind, told.id, seen.key, seen.custodian, seen.version, seen.state, seen.changed_at,
       seen.document
from told left join document as seen
    on seen.id = told.id and seen.kind = told.kind and seen.custodian = told.custodian
    and seen.record_class = $6 and {scope} and ($4::text is null or seen.school_id = $4)
order by told.number
"""

# The highest number of each audience is one step in the index; a maximum over all of them would read every row.
LAST = """
select coalesce(max(one.number), 0)
from unnest($1::text[]) as audience (name), lateral (
    select number from change where audience = audience.name order by number desc limit 1
) as one
"""


def selection(
    viewer: Viewer, kinds: Sequence[str], *, school_id: str | None, after: int, limit: int
) -> Selection | Rule:
    """What a request selects, or the rule that withholds all of it.

    Without a kind it is every kind of record; the directory's kinds are asked for by name.
    Raises Problem `unknown-code` for a kind that does not exist, `invalid-value` for kinds of two classes at once.
    """
    chosen = tuple(kinds) or RECORD_KINDS
    if unknown := [kind for kind in chosen if kind not in KINDS]:
        raise Problem("unknown-code", f"{len(unknown)} of the kinds are none. Kinds: {', '.join(KINDS)}.")
    classes = {KINDS[kind].record_class for kind in chosen}
    if len(classes) > 1:
        raise Problem("invalid-value", "Ask for records and for the directory apart: each has cursors of its own.")
    scope = viewer.scope(classes.pop())
    if isinstance(scope, Rule):
        return scope
    return Selection(scope, chosen, school_id, after, limit)


async def read(connection: Connection, viewer: Viewer, wanted: Selection) -> Changes:
    """One page of changes, in the order in which they became visible."""
    scope = "true" if wanted.scope.values is None else f"seen.{wanted.scope.column} = any ($7::text[])"
    arguments: list[Any] = [
        wanted.audiences,
        wanted.after,
        list(wanted.kinds),
        wanted.school_id,
        wanted.limit,
        wanted.scope.record_class,
    ]
    if wanted.scope.values is not None:
        arguments.append(list(wanted.scope.values))
    rows = await connection.fetch(READ.format(scope=scope), *arguments)
    caught_up = len(rows) < wanted.limit
    last = await connection.fetchval(LAST, wanted.audiences) if caught_up else rows[-1]["number"]
    changes = [_change(row, viewer, wanted.scope) for row in rows]
    return Changes(changes, max(wanted.after, last), caught_up)


def _change(row: Any, viewer: Viewer, scope: Scope) -> dict[str, Any]:
    change = {"change": REMOVED, "kind": row["kind"], "id": str(row["id"])}
    if row["state"] is None:
        return change
    mask = viewer.mask(KINDS[row["kind"]].contract, scope.record_class, scope.relationship)
    live = row["document"] is not None
    return {
        **change,
        "change": UPSERT if live else VOID,
        "key": row["key"],
        "custodian": row["custodian"],
        "version": row["version"],
        "changed_at": row["changed_at"].isoformat(),
        "record": mask.cut(orjson.loads(row["document"])) if live else None,
        "withheld": [withheld(("record", *path), rule) for path, rule in mask.paths()] if live else [],
    }


def seal(cursors: Cursors, viewer: Viewer, number: int, today: date) -> str:
    """A cursor to the changes after a number, good for a year."""
    return cursors.seal(_bound_to(viewer), [number, today.isoformat()])


def open_cursor(cursors: Cursors, viewer: Viewer, cursor: str, today: date) -> int:
    """The number that a cursor names; `start` is 0. Raises Problem `invalid-cursor` or `cursor-expired`."""
    if cursor == START:
        return 0
    place = cursors.open(cursor, _bound_to(viewer))
    number, given_on = int(place[0]), date.fromisoformat(place[1])
    if today - given_on > CURSOR_LIFE:
        raise Problem("cursor-expired")
    return number


def _bound_to(viewer: Viewer) -> str:
    return f"changes|{viewer.name}"
