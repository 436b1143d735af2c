"""The incidents service on a database of its own, with the time told to it: acts go in, and what stands is read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from services.incidents.answer.patching import NotAnswerable
from services.incidents.answer.store import RecordIsVoid, patch_incident
from services.incidents.conclusion.matter import Matter
from services.incidents.conclusion.rules import Rulebook
from services.incidents.conclusion.sweep import sweep
from services.incidents.flag import rules as flags
from services.incidents.flag.store import Deed, IllegalTransition, act_on_flag
from services.incidents.incident.judging import Incoming
from services.incidents.incident.keys import IncidentKey, canonical
from services.incidents.incident.store import put_incidents
from services.incidents.judgement import store as judgements
from services.incidents.opening import rules as openings
from services.incidents.opening.store import act_on_item
from services.incidents.order.store import Given, carry_out, lift
from shared.contracts.answers import IncidentAnswers
from shared.contracts.events import Event
from shared.contracts.flags import FlagStatement
from shared.contracts.incidents import IncidentReport
from shared.contracts.judgements import JudgementReport
from shared.contracts.orders import CourtOrder, OrderReport
from shared.contracts.record import VOID
from shared.records import closed, log
from shared.records.database import Connection, Database
from shared.records.idempotency import Answer
from shared.records.keep import Kept
from shared.records.put import Contended, Outcome, Refused
from shared.records.relay import NUMBER_NEXT
from shared.records.vault import Vault
from shared.web import body
from tests.incidents.answers.test_promise import without_digests
from tests.incidents.conftest import AGENCY
from tests.sequences.acts import Act, Close, Judge, Lift, Patch, Put, Read, Speak, Sweep, Void
from tests.sequences.contact import COMPARED, ROLES, delivered

AT_ONCE = 10_000
BY = "tests"
POSSIBLE_DUPLICATE = "X-POSSIBLE-DUPLICATE"
KINDS = ("judgement", "opening", "flag", "conclusion", "delivery")
INCIDENT = "select state, document::text, layers::text from incident where key = $1"
AROUND = "select key, document::text from {kind} where about = $1 and state = 'live'"
SHOWN = " union all ".join(
    f"select '{kind}' as kind, key, id, version, state from {kind}"
    for kind in ("incident", "judgement", "flag", "conclusion")
)
FLAG = "select id from flag where key = $1 and state = 'live'"
ITEMS = {
    "agency": "select id from incident where key = $1",
    "school": "select id from delivery where about = $1 and state = 'live'",
}
NOBODY = UUID(int=0)
ORDER = OrderReport(
    order=CourtOrder(authority="Made-Up Court", number="1", ordered_on=date(2026, 10, 5)),
    person_numbers=None,
    applies_to=("agency", "district"),
    statistics="keep",
)
DUPLICATE = "select document ->> 'state' from flag where key = $1 and state = 'live'"
RECORDS = """
select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables
where schemaname in ('public', 'vault')
  and tablename not in ('alembic_version', 'log_epoch', 'relay', 'custodian_key')
"""
CURSOR = "select epoch, transaction_id::text, id, sequenced, published from relay"


class NotDelivered(Exception):
    """The contact is before no district, so that no school can say anything of it."""


def key_of(number: str) -> IncidentKey:
    """The key of a contact of the made-up agency."""
    return canonical(AGENCY, number)


@dataclass
class House:
    """The service, without its routes. `published` is every event, as it was when it was published."""

    database: Database
    vault: Vault
    rulebook: Rulebook
    owner: Connection
    published: list[Event] = field(default_factory=list)

    async def begin_anew(self) -> None:
        """Forget every record."""
        tables = await self.owner.fetchval(RECORDS)
        await self.owner.execute(f"truncate {tables}")
        self.published.clear()

    async def judge_by(self, rules: Rulebook, at: datetime) -> None:
        """Other rules are in force, and the sweep judges everything by them."""
        while await sweep(self.database, rules, at):
            pass
        await self._publish()

    async def at_once(self, acts: Sequence[Act], at: datetime) -> list[str]:
        """Carry out acts at once; what was answered to each, in a word."""
        answers = await asyncio.gather(*(self._carry_out(act, at) for act in acts))
        await self._publish()
        return answers

    async def standing(self, number: str) -> dict[str, Any]:
        """What stands of a contact and around it, said as `Contact.standing` says it."""
        key = str(key_of(number))
        custodian = await self.vault.custodian(self.database, AGENCY)
        async with self.database.connection() as connection:
            kept_out = (await closed.find(connection, {key: custodian}))[key]
            row = await connection.fetchrow(INCIDENT, key)
            around = {kind: await connection.fetch(AROUND.format(kind=kind), key) for kind in KINDS}
        if row is None:
            return {"closed": kept_out.whole}
        live = {
            kind: {one["key"].removeprefix(f"{key}/"): orjson.loads(one["document"]) for one in rows}
            for kind, rows in around.items()
        }
        record, layers = without_digests(orjson.loads(row["document"])), orjson.loads(row["layers"] or "{}")
        gave_way = {one["pointer"]: (one["because"], _hashable(one["answer"])) for one in layers.get("superseded", ())}
        stands = {"closed": kept_out.whole, "record": record, "gave way": gave_way}
        flags = {name: flag for name, flag in live["flag"].items() if name != POSSIBLE_DUPLICATE}
        stands["flags"] = {name: {one: flag[one] for one in COMPARED} for name, flag in flags.items()}
        if row["state"] == VOID:
            del record["void_reason"]
            return stands | {"void": True} | {kind: live[kind] for kind in KINDS if kind != "flag" and live[kind]}
        return stands | {
            "judgements": live["judgement"],
            "openings": live["opening"],
            "conclusion": next(iter(live["conclusion"].values())),
            "delivered": {lea_id: delivered(copy) for lea_id, copy in live["delivery"].items()},
        }

    async def shown(self) -> set[tuple[Any, ...]]:
        """Every record that has a document in the view: its kind, key, id, version and state."""
        async with self.database.connection() as connection:
            return {tuple(row) for row in await connection.fetch(SHOWN)}

    async def possible_duplicate(self, number: str) -> bool:
        """Whether the contact is flagged as one that may have been reported twice."""
        async with self.database.connection() as connection:
            state = await connection.fetchval(DUPLICATE, f"{key_of(number)}/{POSSIBLE_DUPLICATE}")
        return state not in (None, "corrected")

    async def _carry_out(self, act: Act, at: datetime) -> str:
        try:
            match act:
                case Put():
                    return await self._put(act.number, act.report | {"source_version": act.source_version}, at)
                case Void():
                    return await self._put(act.number, None, at)
                case Patch():
                    return await self._patch(act, at)
                case Judge():
                    return await self._judge(act, at)
                case Speak():
                    return await self._speak(act, at)
                case Read():
                    return await self._read(act, at)
                case Close():
                    order = Given(str(key_of(act.number)), "expunge", ORDER, BY, at)
                    await carry_out(self.database, self.vault, self.rulebook, key_of(act.number), order)
                    return "done"
                case Lift():
                    await lift(self.database, self.vault, key_of(act.number), None)
                    return "done"
                case Sweep():
                    while await sweep(self.database, self.rulebook, at):
                        pass
                    return "done"
        except (NotAnswerable, RecordIsVoid, LookupError, NotDelivered, Contended, IllegalTransition) as refused:
            return type(refused).__name__

    async def _put(self, number: str, report: dict[str, Any] | None, at: datetime) -> str:
        key = key_of(number)
        change = None if report is None else IncidentReport.model_validate_json(orjson.dumps(report))
        outcomes = await put_incidents(
            self.database, self.vault, self.rulebook, [Incoming(key, change, "other")], by=BY, at=at
        )
        return _word(outcomes[str(key)])

    async def _patch(self, act: Patch, at: datetime) -> str:
        patch = body.parse(IncidentAnswers, orjson.dumps(act.answers))
        return _word(
            await patch_incident(self.database, self.vault, self.rulebook, key_of(act.number), patch, by=BY, at=at)
        )

    async def _judge(self, act: Judge, at: datetime) -> str:
        def keeper(matter: Matter | None) -> str:
            if matter is None:
                raise LookupError
            if act.side == "school" and matter.delivery is None:
                raise NotDelivered
            if not matter.is_live:
                raise RecordIsVoid
            return matter.delivery.lea_id if act.side == "school" and matter.delivery else matter.incident.ori

        report = JudgementReport.model_validate_json(orjson.dumps(act.answers))
        incoming = judgements.Incoming(str(key_of(act.number)), act.side, report, ROLES[act.side], BY, at)
        kept, _ = await judgements.put_judgement(self.database, self.vault, self.rulebook, incoming, keeper=keeper)
        return _word(kept)

    async def _speak(self, act: Speak, at: datetime) -> str:
        async with self.database.connection() as connection:
            flag_id = await connection.fetchval(FLAG, f"{key_of(act.number)}/{act.flag}")
        if flag_id is None:
            raise LookupError
        answer, _ = await act_on_flag(
            self.database,
            self.vault,
            self.rulebook,
            Deed(flag_id, flags.Act(act.word), FlagStatement(reason=None), BY, at),
            admit=_there,
            idempotency=None,
            answer=lambda kept: Answer(200, {"result": _word(kept)}, {}),
        )
        return str(answer.body["result"])

    async def _read(self, act: Read, at: datetime) -> str:
        async with self.database.connection() as connection:
            item_id = await connection.fetchval(ITEMS[act.side], str(key_of(act.number)))
        answer, _ = await act_on_item(
            self.database,
            self.rulebook,
            act.side,
            item_id or NOBODY,
            openings.Act(act.act),
            role=ROLES[act.side],
            admit=_live,
            by=BY,
            at=at,
            idempotency=None,
            answer=lambda kept, _: Answer(200, {"result": _word(kept)}, {}),
        )
        return str(answer.body["result"])

    async def _publish(self) -> None:
        """Number what the log has since the last time, as the relay does, and read it as events."""
        async with self.database.connection() as connection:
            epoch = await log.ensure_epoch(connection)
            cursor = await connection.fetchrow(CURSOR)
            assert cursor is not None
            place = (cursor["epoch"], cursor["transaction_id"], cursor["id"], cursor["sequenced"])
            numbered = await connection.fetchrow(NUMBER_NEXT, *place, AT_ONCE, epoch, cursor["published"])
            if numbered is None:
                return
            rows = await log.outgoing(connection, "incidents", cursor["sequenced"] + 1, numbered["sequenced"])
        self.published += [Event.model_validate_json(row.content) for row in rows]


def _there(*found: object) -> None:
    if None in found:
        raise LookupError


def _live(matter: Matter | None) -> None:
    if matter is None or not matter.is_live:
        raise LookupError


def _word(outcome: Outcome) -> str:
    match outcome:
        case Kept():
            return outcome.result.value
        case Refused():
            return outcome.value
    return LookupError.__name__


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
