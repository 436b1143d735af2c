"""How records are taken as the lines of a bulk push."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from services.training.principles.limits import Limits
from services.training.record import store
from services.training.record.keys import RecordKey, own
from services.training.record.kinds import RecordKind
from services.training.record.sent import Sent
from services.training.record.store import Incoming
from shared.records.keep import Kept
from shared.web import body
from shared.web.bulk import Bulk, Names
from shared.web.caller import Caller
from shared.web.held import Held
from shared.web.problems import Problem
from shared.web.writes import bulk_answers, writing


@dataclass(frozen=True, slots=True)
class About:
    """What a line names: a record, to be put or to be void."""

    key: RecordKey
    void: bool


def record_lines(
    state: Held, kind: RecordKind, limits: Limits, caller: Caller, *, now: datetime, dry_run: bool
) -> Bulk[Incoming]:
    """The lines of one bulk push of a kind: records and voids of the caller's own agencies."""

    async def apply(batch: Mapping[str, Incoming]) -> Mapping[str, Kept | Problem]:
        async with writing(state):
            outcomes = await store.put_records(
                state.database, kind, limits, list(batch.values()), by=caller.client, at=now, dry_run=dry_run
            )
        return bulk_answers(outcomes)

    read = partial(_read, kind=kind, caller=caller, now=now)
    return Bulk(service=state.service, name=partial(_name, kind=kind), read=read, apply=apply)


def _name(plain: dict[str, Any], *, kind: RecordKind) -> Names:
    named = body.named(kind.key, plain).model_dump()
    key = RecordKey(named["ori"], named.get(kind.number or ""))
    return Names(str(key), kind.members(key), About(key, plain.get("op") == "void"))


def _read(content: bytes, names: Names, *, kind: RecordKind, caller: Caller, now: datetime) -> Incoming:
    about: About = names.about
    key = about.key
    own(caller, key.ori, school_rates_not=kind.school_rates_not)
    if about.void:
        body.validated(kind.void_line, content)
        return Incoming(key, None)
    line = body.validated(kind.line, content, lambda report: kind.faults_of(Sent(report, key.ori, key.number, now)))
    return Incoming(key, kind.record_of(key, line))
