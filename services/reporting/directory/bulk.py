"""How the directory takes the lines of a bulk push."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from services.reporting.directory import rules, store
from services.reporting.directory.keys import EntryKey, own
from services.reporting.directory.kinds import KINDS, EntryKind
from services.reporting.directory.store import Incoming
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
    """What a line names: an entry of a kind, to be put or to be void."""

    entries: EntryKind
    key: EntryKey
    void: bool


def directory_lines(state: Held, caller: Caller, *, now: datetime, dry_run: bool) -> Bulk[Incoming]:
    """The lines of one bulk push: entries, of any kind, that the caller may write."""

    async def apply(batch: Mapping[str, Incoming]) -> Mapping[str, Kept | Problem]:
        async with writing(state):
            outcomes = await store.put_entries(
                state.database, list(batch.values()), by=caller.client, at=now, dry_run=dry_run
            )
        return bulk_answers(outcomes)

    return Bulk(service=state.service, name=_name, read=partial(_read, caller=caller), apply=apply)


def _name(plain: dict[str, Any]) -> Names:
    entries, key = _key(plain)
    members = {member: plain[member] for member in entries.key.model_fields}
    return Names(str(key), {"kind": key.kind, **members}, About(entries, key, plain.get("op") == "void"))


def _read(content: bytes, names: Names, *, caller: Caller) -> Incoming:
    about: About = names.about
    own(caller, about.key)
    if about.void:
        body.validated(about.entries.void_line, content)
        return Incoming(about.key, None)
    line = body.validated(about.entries.line, content, rules.faults)
    return Incoming(about.key, about.entries.record_of(about.key, line))


def _key(plain: dict[str, Any]) -> tuple[EntryKind, EntryKey]:
    """The kind of a line and its key. Raises Problem naming `kind` or the members of the key."""
    name = plain.get("kind")
    entries = KINDS.get(name) if isinstance(name, str) else None
    if entries is None:
        fault = Fault("#/kind", "unknown-code", f"Allowed: {', '.join(KINDS)}.")
        raise Problem.of_faults([fault])
    members = {member: plain[member] for member in entries.key.model_fields if member in plain}
    named = body.parse(entries.key, orjson.dumps(members))
    return entries, EntryKey(entries.kind.name, **named.model_dump())
