"""Who looks: a request's role, organisations and purpose, and what the policy lets them reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import WithJsonSchema

from gateway.guardianships.standing import HELD, Family, children_of, issuer_of
from gateway.guardianships.standing import PASSED_ON as RIGHTS_PASSED_ON
from gateway.guardianships.standing import REVOKED as RIGHTS_REVOKED
from gateway.masks import Mask, mask
from gateway.policy import (
    AGENCY_RECORD,
    AT_SCHOOL,
    CHILD,
    CUSTODIAN_OF_CLASS,
    NONE,
    OWN,
    PASSED_ON,
    PROGRAM_RECORD,
    PUBLIC_FACT,
    PURPOSES,
    REVOKED,
    ROLES,
    SELF,
    Rule,
    policy,
)
from shared.contracts.contract import LEA_ID_DIGITS, Contract, Label
from shared.records.database import Connection, Database
from shared.settings import Settings
from shared.web.caller import EVERY_AGENCY, Caller, OptionalCaller, scoped
from shared.web.problems import Problem

PUBLIC_ROLE, PUBLIC_PURPOSE = "public", "public_information"
OFFICER_ROLE = "officer"
CHANGED_AT = "changed_at"
FAMILY_ROLES = frozenset({"guardian", "eligible_student"})
"""Roles that reach records by the rights over a student's records alone, as they stand at the moment of the read."""
RELATION_BY_RIGHTS = {HELD: CHILD, RIGHTS_REVOKED: REVOKED, RIGHTS_PASSED_ON: PASSED_ON}
"""How a viewer stands to the records of a student, by the state of the rights; the first that fits is taken."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows of a class that a viewer may see: those of these custodians, or of all where None.

    `school_ids` narrows them to those of some schools; None: of every school. `readers` are those whose flags are
    shown. `family`, where it is there, narrows them to those of its own children, `officer_number` to those of one
    officer's own work. A record that is shown
    `de_identified` bears a code in place of its number, and stands in no order that tells when it was.
    """

    record_class: str
    relationship: str
    custodians: tuple[str, ...] | None
    school_ids: tuple[str, ...] | None = None
    readers: tuple[str, ...] = ()
    family: Family | None = None
    de_identified: bool = False
    officer_number: str | None = None

    @property
    def setting(self) -> str:
        """The setting under which row-level security admits these records, and no others."""
        return ",".join((EVERY_AGENCY,) if self.custodians is None else self.custodians)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A request's view of the data. Equal viewers see the same, so a cursor is bound to `name`."""

    client: str
    role: str
    oris: tuple[str, ...]
    lea_ids: tuple[str, ...]
    school_ids: tuple[str, ...]
    purpose: str
    scopes: frozenset[str] = frozenset()
    family: Family | None = None
    officer_number: str | None = None

    @property
    def name(self) -> str:
        """What cursors are bound to: the client with its role, organisations and purpose."""
        return "|".join((self.client, self.role, ",".join(self.organisations), self.purpose))

    @property
    def organisations(self) -> tuple[str, ...]:
        """The agencies, districts and schools that the viewer acts for."""
        return self.oris + self.lea_ids + self.school_ids

    @property
    def record_class(self) -> str:
        """The one class of records that the viewer's role reads."""
        return policy().class_of(self.role)

    def records(self) -> Scope | Rule:
        """The records that the viewer may see, all of one class, or the rule that withholds them all."""
        return self.scope(self.record_class)

    def own_file(self) -> Scope | Rule:
        """What an agency keeps of the viewer's own work as an officer, or the rule that withholds it."""
        rule = self.decide(SELF, AGENCY_RECORD, Label.FACT)
        if not rule.permits or self.officer_number is None:
            return self.decide(OWN, AGENCY_RECORD, Label.FACT)
        readers = tuple(sorted(rule.readers))
        return Scope(AGENCY_RECORD, SELF, self.oris, readers=readers, officer_number=self.officer_number)

    def scope(self, record_class: str) -> Scope | Rule:
        """The rows of a class that the viewer may see, or the rule that withholds them all."""
        withheld = self.decide(NONE, record_class, Label.FACT)
        for scope in self.candidates(record_class):
            rule = self.decide(scope.relationship, record_class, Label.FACT)
            if rule.permits and scope.custodians:
                every = EVERY_AGENCY in scope.custodians
                return replace(
                    scope,
                    custodians=None if every else scope.custodians,
                    readers=tuple(sorted(rule.readers)),
                    de_identified=self.indirectly(scope) is not None,
                )
            if scope.custodians and scope.relationship != NONE:
                withheld = rule
        return withheld

    def candidates(self, record_class: str) -> tuple[Scope, ...]:
        """The rows of a class that the viewer stands to in some way, the nearest first; the policy decides on them."""
        if record_class == PUBLIC_FACT:
            return (Scope(record_class, NONE, (CUSTODIAN_OF_CLASS[PUBLIC_FACT],)),)
        if record_class == AGENCY_RECORD:
            return (Scope(record_class, OWN, self.oris),)
        if self.family is not None and record_class != PROGRAM_RECORD:
            return tuple(
                Scope(record_class, relation, self.family.districts(state), family=self.family)
                for state, relation in RELATION_BY_RIGHTS.items()
            )
        of_schools = tuple(dict.fromkeys(school_id[:LEA_ID_DIGITS] for school_id in self.school_ids))
        return (
            Scope(record_class, OWN, self.lea_ids),
            Scope(record_class, AT_SCHOOL, of_schools, self.school_ids),
        )

    def decide(self, relationship: str, record_class: str, label: Label, field: str = "") -> Rule:
        """The rule that permits or withholds a label, or one field, to this viewer."""
        return policy().decide(self.role, relationship, record_class, label, purpose=self.purpose, field=field)

    def indirectly(self, scope: Scope) -> Rule | None:
        """The rule that withholds by what a record within the scope could be known: its number, time and place."""
        if scope.record_class == PUBLIC_FACT:
            return None
        rule = self.decide(scope.relationship, scope.record_class, Label.INDIRECT)
        return None if rule.permits else rule

    def mask(self, contract: type[Contract], scope: Scope) -> Mask:
        """What of the fields of a record within the scope the viewer may see. When it changed is an indirect fact."""
        own = _mask(self.role, self.purpose, contract, scope.record_class, scope.relationship, scope.readers)
        rule = self.indirectly(scope)
        return own if rule is None else replace(own, withheld={**own.withheld, CHANGED_AT: rule})


@cache
def _mask(
    role: str,
    purpose: str,
    contract: type[Contract],
    record_class: str,
    relationship: str,
    readers: tuple[str, ...],
) -> Mask:
    def decide(label: Label, field: str) -> Rule:
        return policy().decide(role, relationship, record_class, label, purpose=purpose, field=field)

    return mask(contract, decide, readers)


def viewer_of(caller: Caller | None, purpose: str | None) -> Viewer:
    """The viewer that a request is; without a token it is the public.

    Raises Problem `unknown-code` for a purpose that is not in the list, `purpose-not-allowed` for one that the client
    may not have, `purpose-required` where neither the request nor the token names one, and `unauthenticated` for a
    token of a role or a purpose that does not exist.
    """
    if purpose is not None and purpose not in PURPOSES:
        raise Problem("unknown-code", f"Daylight-Purpose is one of {', '.join(PURPOSES)}.")
    if caller is None:
        if purpose not in (None, PUBLIC_PURPOSE):
            raise Problem("purpose-not-allowed", f"Without a token the purpose is {PUBLIC_PURPOSE}.")
        return Viewer("", PUBLIC_ROLE, (), (), (), PUBLIC_PURPOSE)
    chosen = purpose or caller.purpose
    if chosen is None:
        raise Problem("purpose-required")
    if chosen not in caller.purposes:
        raise Problem("purpose-not-allowed", f"This client's purposes are {', '.join(caller.purposes)}.")
    if caller.role not in ROLES or chosen not in PURPOSES:
        raise Problem("unauthenticated", "The token names a role or a purpose that does not exist.")
    return Viewer(
        caller.client,
        caller.role,
        caller.oris,
        caller.lea_ids,
        caller.school_ids,
        chosen,
        caller.scopes,
        officer_number=caller.officer_number,
    )


PurposeHeader = Annotated[
    str | None,
    WithJsonSchema({"type": "string", "enum": list(PURPOSES)}),
    Header(alias="Daylight-Purpose", description="Why the data is asked for; left out: the token's purpose."),
]
VIEWER_PROBLEMS = ("insufficient-scope", "purpose-not-allowed", "purpose-required", "unknown-code", "not-yet-visible")
"""What every route that reads for a viewer can answer."""


async def with_family(request: Request, viewer: Viewer, caller: Caller | None) -> Viewer:
    """The viewer with its children, where it is one that has any: as their districts say now."""
    if caller is None or viewer.role not in FAMILY_ROLES:
        return viewer
    database: Database = request.app.state.gateway.database
    settings: Settings = request.app.state.settings
    now, zone = datetime.now(UTC), settings.time_zone or "UTC"
    family = Family(viewer.lea_ids, issuer_of(caller.issuer, settings.public_url), caller.subject, now, zone)
    async with database.transaction(readonly=True) as connection:
        await connection.execute("select set_config('daylight.custodians', $1, true)", ",".join(viewer.lea_ids))
        children = await children_of(connection, family)
    return replace(viewer, family=replace(family, children=children))


async def any_viewer(request: Request, caller: OptionalCaller, purpose: PurposeHeader = None) -> Viewer:
    """The viewer of a request that needs no token."""
    return await with_family(request, viewer_of(caller, purpose), caller)


async def reader_of_records(
    request: Request, caller: Annotated[Caller, Depends(scoped("records.read"))], purpose: PurposeHeader = None
) -> Viewer:
    """The viewer of a request that needs a token with the scope `records.read`."""
    return await with_family(request, viewer_of(caller, purpose), caller)


async def reader_of_changes(
    request: Request, caller: Annotated[Caller, Depends(scoped("changes.read"))], purpose: PurposeHeader = None
) -> Viewer:
    """The viewer of a request that needs a token with the scope `changes.read`."""
    return await with_family(request, viewer_of(caller, purpose), caller)


def custodians_of(viewer: Viewer) -> str:
    """The setting under which row-level security admits the records of the viewer's custodians, and no others."""
    scope = viewer.own_file() if viewer.role == OFFICER_ROLE else viewer.records()
    return "" if isinstance(scope, Rule) else scope.setting


@asynccontextmanager
async def viewing(database: Database, viewer: Viewer) -> AsyncIterator[Connection]:
    """A read-only transaction on one snapshot, in which row-level security knows the viewer."""
    async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
        await connection.execute("select set_config('daylight.custodians', $1, true)", custodians_of(viewer))
        yield connection
