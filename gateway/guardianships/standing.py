"""How a person stands to the students of a district on a day: the one place where rights over records are decided.

Of what the district said, the newest that is in force on the day counts. The day is that of the district's own clocks.
When a student's rights have passed, they are the student's, and a parent's alone where the district states that the
student is a dependent for tax. Sources: 34 CFR 99.3, 99.4, 99.5, 99.31(a)(8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.kinds import CALENDAR
from shared.contracts.record import LIVE
from shared.records.database import Connection

HELD, REVOKED, PASSED_ON, NOT_IN_FORCE = "held", "revoked", "passed_on", "not_in_force"


THIS_INSTALLATION = "daylight"
"""Stands for the installation's own issuer, so that its accounts go on when its address changes."""


def issuer_of(issuer: str, public_url: str) -> str:
    """Who vouches for an account, as it is kept; the public URL is the installation's own issuer."""
    return THIS_INSTALLATION if issuer.rstrip("/") == public_url.rstrip("/") else issuer


@dataclass(frozen=True, slots=True)
class Child:
    """A student, by the digest that stands for the number, and how somebody stands to that student."""

    lea_id: str
    student: str
    state: str


@dataclass(frozen=True, slots=True)
class Family:
    """Who comes as a parent or a student: the account, by which districts' word, at which moment.

    `children` is how they stood when they came; a read asks again, in its own transaction.
    """

    lea_ids: tuple[str, ...]
    issuer: str
    subject: str
    at: datetime
    time_zone: str
    children: tuple[Child, ...] = ()

    @property
    def held(self) -> frozenset[str]:
        """The students over whose records the rights are held."""
        return frozenset(child.student for child in self.children if child.state == HELD)

    def districts(self, state: str) -> tuple[str, ...]:
        """The districts with a student to whom they stood so."""
        return tuple(dict.fromkeys(child.lea_id for child in self.children if child.state == state))

    @property
    def arguments(self) -> tuple[Sequence[str], str, str, datetime, str]:
        """The arguments of `standing`."""
        return list(self.lea_ids), self.issuer, self.subject, self.at, self.time_zone


def standing(lea_ids: str, issuer: str, subject: str, at: str, time_zone: str) -> str:
    """In SQL how somebody stands to each student, given the names of the arguments.

    The zone is that of a district without a calendar.
    """
    return f"""
select distinct on (said.custodian, said.student) said.custodian, said.student,
    case
        when not said.in_force then '{NOT_IN_FORCE}'
        when said.rights = 'revoked' then '{REVOKED}'
        when said.relationship = 'self' and not said.passed then '{NOT_IN_FORCE}'
        when said.relationship <> 'self' and said.passed and not said.dependent_for_tax then '{PASSED_ON}'
        else '{HELD}'
    end as state
from (
    select own.*, own.valid_from <= day.today and coalesce(day.today <= own.valid_to, true) as in_force,
        exists (
            select from guardianship as other
            where other.custodian = own.custodian and other.student = own.student
              and other.rights_pass_on <= day.today
        ) as passed
    from guardianship as own
    cross join lateral (
        select ({at}::timestamptz at time zone coalesce((
            select document ->> 'time_zone' from document as calendar
            where calendar.custodian = 'public' and calendar.kind = '{CALENDAR}' and calendar.state = '{LIVE}'
              and calendar.lea_id = own.custodian
            order by calendar.key desc limit 1
        ), {time_zone}::text))::date as today
    ) as day
    where own.custodian = any ({lea_ids}::text[]) and own.issuer = {issuer}::text and own.subject = {subject}::text
) as said
order by said.custodian, said.student, said.in_force desc, said.valid_from desc
"""


def held_students(lea_ids: str, issuer: str, subject: str, at: str, time_zone: str) -> str:
    """In SQL the students over whose records somebody holds the rights, given the names of the arguments."""
    every = standing(lea_ids, issuer, subject, at, time_zone)
    return f"select standing.student from ({every}) as standing where standing.state = '{HELD}'"


EVERY = standing("$1", "$2", "$3", "$4", "$5")


async def children_of(connection: Connection, family: Family) -> tuple[Child, ...]:
    """How somebody stands to each student of whom a district has said anything, as the connection sees it."""
    rows = await connection.fetch(EVERY, *family.arguments)
    return tuple(Child(row["custodian"], row["student"], row["state"]) for row in rows)
