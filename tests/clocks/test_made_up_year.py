"""The clocks of a made-up year, day by day, are those of somebody who walks through the year hour by hour."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import groupby
from random import Random

import orjson

from services.incidents.clock.rules import FollowUp, clocks
from services.incidents.principles.limits import Limits
from shared.clocks.calendar import SchoolDays
from shared.clocks.engine import read
from shared.contracts.clocks import Clock
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement
from tests.clocks.made_up_year import (
    DAYS,
    HOURS,
    MadeContact,
    MadeJudgement,
    closed_days,
    contacts,
)
from tests.clocks.walker import Reading, walked, walks

YEAR = datetime(2026, 7, 1, tzinfo=UTC)
GIVEN = {"basis": "given", "at_school_factors": "given", "probable_cause_factors": "given"}
KINDS = {"P3-JUDGEMENT", "P4-DETENTION-DOC", "P4-SHARE", "P7-REVIEW-BOTH"}
STATES = {"not_started", "running", "due_soon", "met", "overdue", "met_late"}
EVER = HOURS * 2


def at(hour: int) -> datetime:
    """The moment of an hour."""
    return YEAR + timedelta(hours=hour)


def kept(contact: MadeContact, told_by: int, school_days: SchoolDays) -> dict[str, Clock]:
    """The clocks that are kept of a contact by what was told of it before an hour."""
    offset = timezone(timedelta(hours=contact.offset))
    documentation = [one for one in contact.documentation if one.told < told_by]
    incident = {
        "ori": "XX0000100",
        "incident_number": str(contact.number),
        "occurred_at": at(contact.happened).astimezone(offset),
        "initiated_by": "sro",
        "officers": [{"capacity": one} for one in contact.capacities],
        "on_school_grounds": contact.grounds if contact.grounds_told < told_by else "unknown",
        "actions": [
            {
                "action_number": one.number,
                "type": one.type,
                "started_at": at(one.began) if one.told is not None and one.told < told_by else None,
            }
            for one in contact.actions
        ],
        "detention_documentation": [
            {
                "documentation_number": one.number,
                "action_numbers": one.of,
                "completed_at": at(one.completed) if one.says else None,
                **GIVEN,
            }
            for one in documentation
        ],
    }
    delivered_at, acknowledged_at = (
        at(hour) if hour is not None and hour < told_by else None
        for hour in (contact.documentation_delivered, contact.documentation_acknowledged)
    )
    follow_up = FollowUp(
        accepted_at=at(contact.accepted),
        judgements=[_judgement(one, contact) for one in contact.judgements if one.given < told_by],
        documented_since={one.number: at(one.told) for one in documentation},
        delivered_at={side: at(hour) for side, hour in contact.delivered if hour < told_by},
        opened_at={side: at(hour) for side, hour in contact.opened if hour < told_by},
        documentation_delivered_at=delivered_at,
        documentation_acknowledged_at=acknowledged_at,
    )
    found = clocks(Incident.model_validate_json(orjson.dumps(incident)), follow_up, Limits(), school_days)
    return {" ".join(filter(None, (clock.kind, clock.detail))): clock for clock in found}


def _judgement(made: MadeJudgement, contact: MadeContact) -> Judgement:
    return Judgement(
        ori="XX0000100",
        incident_number=str(contact.number),
        side=made.side,
        actor_role="officer",
        decided_at=at(made.given),
        first_decided_at=None if made.answer == "unknown" else at(made.given),
        would_require_911=made.answer,
    )


def day_of(number: int) -> date:
    """The date of a day of the year."""
    return YEAR.date() + timedelta(days=number)


def school_days(closed: frozenset[int]) -> SchoolDays:
    """The school days of the year, as the engine is told of them."""
    return SchoolDays(frozenset(day_of(number) for number in closed))


def reading(clock: Clock, day: int) -> Reading:
    """What the engine says of a day, by its number."""
    known = read(clock, day_of(day))
    return Reading(known.state, known.days_overdue)


def end_of(day: int, contact: MadeContact) -> int:
    """The hour at which a day is over where the contact happened."""
    return (day + 1) * 24 - contact.offset


def days_alike(contact: MadeContact) -> Iterator[list[int]]:
    """The days since the contact was accepted, those together on which nothing more was told."""
    tellings = sorted(contact.told_at())
    days = (day for day in range(DAYS) if end_of(day, contact) > contact.accepted)
    return (list(alike) for _, alike in groupby(days, lambda day: bisect_left(tellings, end_of(day, contact))))


CHANCE = Random(2026)
CLOSED = closed_days(CHANCE)
CONTACTS = list(contacts(CHANCE, 60))


def test_every_day_reads_by_all_that_was_ever_told_as_the_walker_finds_it() -> None:
    seen = set()
    for contact in CONTACTS:
        found, expected = kept(contact, EVER, school_days(CLOSED)), walks(contact, EVER)
        assert found.keys() == expected.keys()
        for name, walk in expected.items():
            days = {day: one for day, one in walked(walk, contact.offset, CLOSED) if 0 <= day < DAYS}
            assert {day: reading(found[name], day) for day in range(DAYS)} == days, (contact, name)
            seen |= {(found[name].kind, one.state) for one in days.values()}
    assert seen == {(kind, state) for kind in KINDS for state in STATES}


def test_each_day_reads_by_what_had_been_told_by_then_as_the_walker_finds_it() -> None:
    for contact in CONTACTS:
        for alike in days_alike(contact):
            told_by = end_of(alike[0], contact)
            found, expected = kept(contact, told_by, school_days(CLOSED)), walks(contact, told_by)
            assert found.keys() == expected.keys()
            for name, walk in expected.items():
                on = dict(walked(walk, contact.offset, CLOSED))
                assert {day: reading(found[name], day) for day in alike} == {day: on[day] for day in alike}
