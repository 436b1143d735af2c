"""How records are taken as the lines of a bulk push."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from services.reporting.record import store
from services.reporting.record.keys import RecordKey, own
from services.reporting.record.kinds import RecordKind
from services.reporting.record.store import Incoming
from shared.contracts.fault import Fault
from shared.records.keep import Kept
from shared.web import body
from shared.web.bulk import Bulk, Names
from shared.web.caller import Caller
from shared.web.held import Held
from shared.web.problems import Problem
from shared.web.writes import bulk_answers, writing


@dataclass(frozen=True, slots=True)
class About:
    """What a line names: a record of a kind, to be put or to be void."""

    kind: RecordKind
    key: RecordKey
    void: bool


def record_lines(
    state: Held, kinds: Mapping[str, RecordKind], caller: Caller, *, now: datetime, dry_run: bool
) -> Bulk[Incoming]:
    """The lines of one bulk push: records of these kinds that the caller may write.

    Where there are several kinds, a line says its own as `kind`.
    """

    async def apply(batch: Mapping[str, Incoming]) -> Mapping[str, Kept | Problem]:
        async with writing(state):
            outcomes = await store.put_records(
                state.database, list(batch.values()), by=caller.client, at=now, dry_run=dry_run
            )
        return bulk_answers(outcomes)

    read = partial(_read, caller=caller, now=now)
    return Bulk(service=state.service, name=partial(_name, kinds=kinds), read=read, apply=apply)


def _name(plain: dict[str, Any], *, kinds: Mapping[str, RecordKind]) -> Names:
    kind = _kind_of(plain, kinds)
    named = body.named(kind.key, plain)
    key = RecordKey(kind.kind.name, named)
    said = {"kind": key.kind} if len(kinds) > 1 else {}
    return Names(str(key), said | named.model_dump(), About(kind, key, plain.get("op") == "void"))


def _read(content: bytes, names: Names, *, caller: Caller, now: datetime) -> Incoming:
    about: About = names.about
    kind, key = about.kind, about.key
    own(caller, key, kind.write_everything)
    if about.void:
        body.validated(kind.void_line, content)
        return Incoming(key, None)
    return Incoming(key, kind.record_of(key, body.validated(kind.line, content, kind.faults_of(key, now))))


def _kind_of(plain: dict[str, Any], kinds: Mapping[str, RecordKind]) -> RecordKind:
    """The kind of a line. Raises Problem naming `kind`."""
    if len(kinds) == 1:
        return next(iter(kinds.values()))
    name = plain.get("kind")
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        fault = Fault("#/kind", "unknown-code", f"Allowed: {', '.join(kinds)}.")
        raise Problem.of_faults([fault])
    return kind
