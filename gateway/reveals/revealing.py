"""A reveal from the question to the answer: decided, unsealed in memory, recorded, and only then told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from gateway import documents
from gateway.calls import Unanswered
from gateway.disclosures.entry import Recorded
from gateway.disclosures.store import GRANTED, REFUSED, Asked, NotRecorded, append
from gateway.documents import Stored
from gateway.guardianships.standing import children_of
from gateway.kinds import INCIDENT
from gateway.own_part import own_numbers
from gateway.policy import AGENCY_RECORD, ANOTHER_STUDENT, AT_SCHOOL, EDUCATION_RECORD, NONE, OWN
from gateway.reveals.rules import NO_BASIS, Question, RevealRule, decide
from gateway.reveals.state import Revealing
from gateway.viewer import Scope, Viewer
from shared.contracts.contract import LEA_ID_DIGITS
from shared.contracts.disclosures import DisclosureDetails
from shared.contracts.reveals import RevealAnswer, RevealCall, Revealed, RevealReceipt, RevealRequest
from shared.records.database import Database
from shared.web.caller import EVERY_AGENCY
from shared.web.problems import Problem


@dataclass(frozen=True, slots=True)
class Decided:
    """A request, whose record is meant, who asks, and the rule that decides."""

    request: RevealRequest
    request_id: str
    viewer: Viewer
    scope: Scope
    rule: RevealRule

    @property
    def custodian(self) -> str:
        """Who keeps the record."""
        return (self.scope.custodians or ("",))[0]

    @property
    def key(self) -> str:
        """Natural key of the incident."""
        return f"{self.request.ori}/{self.request.incident_number}"


def scope_of(viewer: Viewer, custodian: str) -> Scope:
    """The records of a custodian as this viewer stands to them."""
    if viewer.family is not None:
        return _scope_of_family(viewer, custodian)
    if not custodian.isdigit():
        own = custodian in viewer.oris or EVERY_AGENCY in viewer.oris
        return Scope(AGENCY_RECORD, OWN if own else NONE, (custodian,))
    if custodian in viewer.lea_ids:
        return Scope(EDUCATION_RECORD, OWN, (custodian,))
    at_school = custodian in {school_id[:LEA_ID_DIGITS] for school_id in viewer.school_ids}
    return Scope(EDUCATION_RECORD, AT_SCHOOL if at_school else NONE, (custodian,), viewer.school_ids)


def _scope_of_family(viewer: Viewer, custodian: str) -> Scope:
    scopes = (viewer.records(), *viewer.candidates(EDUCATION_RECORD)) if custodian.isdigit() else ()
    for scope in scopes:
        if isinstance(scope, Scope) and custodian in (scope.custodians or ()):
            return replace(scope, custodians=(custodian,))
    return Scope(EDUCATION_RECORD if custodian.isdigit() else AGENCY_RECORD, NONE, (custodian,))


def decision(viewer: Viewer, scope: Scope, part: str, basis: str | None) -> RevealRule:
    """The rule that permits or withholds a part of a custodian's record to this viewer."""
    return decide(
        Question(viewer.role, scope.relationship, scope.record_class, part, viewer.purpose, basis or NO_BASIS)
    )


async def reveal(database: Database, revealing: Revealing, decided: Decided) -> RevealAnswer:
    """What was asked for, once that it is told has been recorded.

    Raises Problem `actor-may-not-act` where a rule withholds it and `not-found` where the viewer has no such record,
    both recorded as well; `unavailable` where the service does not answer; `disclosure-not-recorded` where the request
    cannot be recorded: then nothing is told.
    """
    if not decided.rule.permits:
        await _record(database, revealing, decided, REFUSED)
        raise Problem("actor-may-not-act", decided.rule.reason, withheld=[withheld(decided.rule)])
    stored, own = await find_copy(database, decided.scope, decided.key)
    if stored is not None and own is not None and not _is_of_own(decided.request, stored, own):
        another = replace(decided, rule=decision(decided.viewer, _beside(decided.scope), decided.request.what, None))
        await _record(database, revealing, another, REFUSED, stored=stored)
        raise Problem("actor-may-not-act", another.rule.reason, withheld=[withheld(another.rule)])
    found = await _unsealed(revealing, decided) if stored else None
    if stored is None or found is None:
        await _record(database, revealing, decided, REFUSED, stored=stored)
        raise Problem("not-found", "No such record is with this custodian for you.")
    recorded = await _record(database, revealing, decided, GRANTED, stored=stored, found=found)
    return _answer(decided.request, found, recorded)


def withheld(rule: RevealRule) -> Mapping[str, Any]:
    """An entry of `withheld` for a rule that refuses a whole request."""
    said = {"rule": rule.name, "section": rule.section, "reason": rule.reason, "who_may": rule.who_may}
    return {"path": [], **said}


async def find_copy(database: Database, scope: Scope, key: str) -> tuple[Stored | None, frozenset[int] | None]:
    """The custodian's document of an incident, if the viewer may see it, and the numbers of the own children in it.

    The numbers are None for who does not come as a parent or a student.
    """
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        await connection.execute("select set_config('daylight.custodians', $1, true)", ",".join(scope.custodians or ()))
        stored = await documents.one(connection, scope, INCIDENT, key)
        if scope.family is None or stored is None:
            return stored, None
        children = await children_of(connection, scope.family)
    return stored, own_numbers(stored.matched or (), stored.students or (), children)


def _is_of_own(request: RevealRequest, stored: Stored, own: frozenset[int]) -> bool:
    """Whether what is asked for tells of nobody but these people: a text tells of everybody in the record."""
    people = orjson.loads(stored.document).get("people") or ()
    everybody = {person["person_number"] for person in people}
    return (set(request.person_numbers or ()) if request.what == "identity" else everybody) <= own


def _beside(scope: Scope) -> Scope:
    return replace(scope, relationship=ANOTHER_STUDENT)


async def _unsealed(revealing: Revealing, decided: Decided) -> Revealed | None:
    request, of_district = decided.request, decided.scope.record_class == EDUCATION_RECORD
    call = RevealCall(
        ori=request.ori,
        incident_number=request.incident_number,
        lea_id=decided.custodian if of_district else None,
        what=request.what,
        person_numbers=request.person_numbers or (),
    )
    try:
        return await revealing.calls.reveal(call)
    except Unanswered:
        raise Problem("unavailable", "The service that keeps it does not answer now.") from None


async def _record(
    database: Database,
    revealing: Revealing,
    decided: Decided,
    outcome: str,
    *,
    stored: Stored | None = None,
    found: Revealed | None = None,
) -> Recorded:
    """Record the request. Raises Problem `disclosure-not-recorded`."""
    viewer, request, rule = decided.viewer, decided.request, decided.rule
    asked = Asked(
        custodian=decided.custodian,
        client=viewer.client,
        role=viewer.role,
        purpose=viewer.purpose,
        basis=request.basis,
        record_class=decided.scope.record_class,
        what=request.what,
        outcome=outcome,
        rule=rule.name,
        section=rule.section,
        request_id=decided.request_id,
        details=_details(request, stored.id if stored else None, found),
    )
    try:
        return await append(database, revealing.seal, asked)
    except (
        NotRecorded,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        OSError,
        TimeoutError,
    ):
        raise Problem("disclosure-not-recorded") from None


def _details(request: RevealRequest, record_id: UUID | None, found: Revealed | None) -> DisclosureDetails:
    return DisclosureDetails(
        ori=request.ori,
        incident_number=request.incident_number,
        record_id=record_id,
        version=found.version if found else None,
        person_numbers=found.person_numbers if found else request.person_numbers or (),
        threat=request.threat,
        recipients=request.recipients,
    )


def _answer(request: RevealRequest, found: Revealed, recorded: Recorded) -> RevealAnswer:
    entry = recorded.entry
    receipt = RevealReceipt(
        custodian=entry.custodian,
        number=entry.number,
        hash=recorded.hash,
        recorded_at=entry.recorded_at,
        rule=entry.rule,
        section=entry.section,
    )
    return RevealAnswer(
        **dict(found),
        ori=request.ori,
        incident_number=request.incident_number,
        what=request.what,
        disclosure=receipt,
    )
