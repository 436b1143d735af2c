"""Reads the change feed: what a viewer should know that changed, each record as it stands at the time of reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from gateway.documents import Arguments, scope_predicates
from gateway.kinds import CONCLUSION, FLAG, OFFICER_FLAG, PUBLIC_KINDS, RECORDS, TRAINING
from gateway.masks import withheld
from gateway.policy import AGENCY_RECORD, ANOTHER_STUDENT, EDUCATION_RECORD, PUBLIC_FACT, Rule
from gateway.rows import PUBLIC
from gateway.students import name_students
from gateway.viewer import Scope, Viewer
from shared.contracts.clocks import NOT_OF_THE_SCHOOL
from shared.contracts.contract import Label
from shared.records.database import Connection
from shared.records.pseudonyms import Pseudonyms
from shared.web.paging import Cursors
from shared.web.problems import Problem

START = "start"
CURSOR_LIFE = timedelta(days=365)
KINDS = {**RECORDS, **TRAINING, **PUBLIC_KINDS}

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
        if self.scope.custodians is None:
            return ["state"]
        prefix = "agency" if self.scope.record_class == AGENCY_RECORD else "district"
        return [f"{prefix}:{custodian}" for custodian in self.scope.custodians]

    @property
    def schools(self) -> list[str] | None:
        """The schools whose records are asked for; None: of every school."""
        if self.school_id is None:
            return None if self.scope.school_ids is None else list(self.scope.school_ids)
        mine = self.scope.school_ids is None or self.school_id in self.scope.school_ids
        return [self.school_id] if mine else []


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
          and ($4::text[] is null or $4 || '*'::text && schools)
        order by number limit $5
    ) as one
    order by number limit $5
)
select told.number, told.kind, told.id, seen.key, seen.custodian, seen.version, seen.state, seen.changed_at,
       seen.seen_by, seen.students, seen.matched, seen.document
from told left join document as seen
    on seen.id = told.id and seen.kind = told.kind and seen.custodian = told.custodian
    and seen.record_class = $6 and {scope} and ($4::text[] is null or seen.school_id = any ($4))
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

    Without a kind it is every kind of what happened; those of training, and what is public, are asked for by name.
    Raises Problem `unknown-code` for a kind that does not exist, `invalid-value` for kinds of two classes at once.
    """
    chosen = tuple(kinds) or tuple(RECORDS)
    if unknown := [kind for kind in chosen if kind not in KINDS]:
        raise Problem("unknown-code", f"{len(unknown)} of the kinds are none. Kinds: {', '.join(KINDS)}.")
    classes = {_class_of(kind, viewer) for kind in chosen}
    if len(classes) > 1:
        raise Problem("invalid-value", "Ask for records and for what is public apart: each has cursors of its own.")
    scope = viewer.scope(classes.pop())
    if isinstance(scope, Rule):
        return scope
    if scope.family is not None:
        return viewer.decide(ANOTHER_STUDENT, scope.record_class, Label.STUDENT)
    if rule := viewer.indirectly(scope):
        return rule
    return Selection(scope, chosen, school_id, after, limit)


def _class_of(kind: str, viewer: Viewer) -> str:
    if kind in PUBLIC_KINDS:
        return PUBLIC_FACT
    return AGENCY_RECORD if kind in TRAINING else viewer.record_class


async def read(connection: Connection, viewer: Viewer, wanted: Selection, names: Pseudonyms) -> Changes:
    """One page of changes, in the order in which they became visible."""
    arguments = Arguments(
        [
            wanted.audiences,
            wanted.after,
            list(wanted.kinds),
            wanted.schools,
            wanted.limit,
            wanted.scope.record_class,
        ]
    )
    scope = " and ".join(scope_predicates(wanted.scope, arguments, row="seen.")) or "true"
    rows = await connection.fetch(READ.format(scope=scope), *arguments)
    caught_up = len(rows) < wanted.limit
    last = await connection.fetchval(LAST, wanted.audiences) if caught_up else rows[-1]["number"]
    changes = [_change(row, viewer, wanted.scope, names) for row in rows if _is_for(row, wanted.scope)]
    return Changes(changes, max(wanted.after, last), caught_up)


def _is_for(row: Any, scope: Scope) -> bool:
    """Whether the viewer may know of it: a flag is not told to whom it is not shown, not even that it exists."""
    return (
        row["kind"] not in (FLAG, OFFICER_FLAG)
        or row["state"] is None
        or not set(scope.readers).isdisjoint(row["seen_by"] or ())
    )


def _change(row: Any, viewer: Viewer, scope: Scope, names: Pseudonyms) -> dict[str, Any]:
    change = {"change": REMOVED, "kind": row["kind"], "id": str(row["id"])}
    if row["state"] is None:
        return change
    mask = viewer.mask(KINDS[row["kind"]], scope)
    record = None if row["document"] is None else orjson.loads(row["document"])
    if record is not None and row["kind"] == CONCLUSION and scope.record_class == EDUCATION_RECORD:
        record["clocks"] = [clock for clock in record.get("clocks", ()) if clock["kind"] not in NOT_OF_THE_SCHOOL]
    if record is not None:
        name_students(record, names, row["custodian"], row["matched"], row["students"])
    return {
        **change,
        "change": VOID if record is None else UPSERT,
        "key": row["key"],
        "custodian": row["custodian"],
        "record_class": scope.record_class,
        "version": row["version"],
        "changed_at": row["changed_at"].isoformat(),
        "record": None if record is None else mask.cut(record),
        "withheld": [withheld(("record", *path), rule) for path, rule in mask.paths()] if record else [],
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
