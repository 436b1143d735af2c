"""The demo's officers: what is sent of them is right, and what follows shows what the rules are for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml

from daylight.importing.demo import TRAINING, TRAINING_KINDS
from services.training.conclusion.rules import Concluded, conclude, name_of
from services.training.principles.dossier import Colleague, Dossier
from services.training.principles.limits import Limits
from services.training.record.keys import RecordKey
from services.training.record.kinds import KINDS, RecordKind
from services.training.record.sent import Sent
from shared.clocks.engine import read
from shared.contracts.contract import Contract

RECORDS: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(TRAINING.read_text(encoding="utf-8"))
TODAY = date(2026, 11, 24)


def kind_of(plural: str) -> RecordKind:
    """The kind with this name in URLs."""
    return next(one for one in KINDS.values() if one.plural == plural)


def report_of(kind: RecordKind, said: dict[str, Any]) -> Contract:
    """A report as the service reads it."""
    return kind.report.model_validate(said, strict=False)


def records(plural: str) -> list[Any]:
    """The records of one kind as they are kept."""
    kind = kind_of(plural)
    keys = {key: RecordKey(*key.split("/")) for key in RECORDS[plural]}
    return [kind.record_of(keys[key], report_of(kind, said)) for key, said in RECORDS[plural].items()]


def of(number: str, plural: str) -> tuple[Any, ...]:
    """An officer's records of a kind."""
    return tuple(one for one in records(plural) if one.officer_number == number)


def concluded(number: str) -> Concluded:
    """What follows of an officer of the demo."""
    courses, (plan,), officers = records("courses"), records("training-plans"), records("officers")
    everybody = [Colleague(one.officer_number, one, of(one.officer_number, "assignments")) for one in officers]
    dossier = Dossier(
        "XX0000100",
        number,
        officer=next((one for one in officers if one.officer_number == number), None),
        assignments=of(number, "assignments"),
        completions=of(number, "completions"),
        evaluations=of(number, "evaluations"),
        selections=tuple(
            one for one in records("selections") if number in {each.officer_number for each in one.candidates or ()}
        ),
        staff_trainings=tuple(records("staff-trainings")),
        training_needs=of(number, "training-needs"),
        memberships=of(number, "memberships"),
        peer_events=tuple(one for one in records("peer-events") if number in one.officer_numbers),
        supervised=tuple(one for one in everybody if one.officer and one.officer.supervisor_number == number),
        others=tuple(one for one in everybody if one.officer_number != number),
        courses={one.course_code: one for one in courses},
        planned={one.topic: one.months for one in plan.topics},
    )
    return conclude(dossier, {}, Limits(), TODAY)


@pytest.mark.parametrize("plural", TRAINING_KINDS)
def test_every_record_of_the_demo_can_be_taken(plural: str) -> None:
    kind, now = kind_of(plural), datetime(2026, 11, 24, tzinfo=UTC)
    for key, said in RECORDS[plural].items():
        ori, _, number = key.partition("/")
        assert list(kind.faults_of(Sent(report_of(kind, said), ori, number or None, now))) == []
    assert RECORDS.keys() == set(TRAINING_KINDS)


FOLLOWS = [  # officer, flags
    ("4471", ["officer/4471/P8-TOPIC-GAP:deescalation"]),
    ("4480", ["assignment/A-2026-01/P5-EXPERIENCE", "assignment/A-2026-01/P8-STAFF-UNTRAINED:990000100002"]),
    (
        "4502",
        [
            "assignment/A-2025-01/P5-NO-SELECTION",
            "assignment/A-2025-01/P8-STAFF-UNTRAINED:990000100002",
            "officer/4502/P11-MANY-CAMPUSES:2025-08-11",
            "officer/4502/P6-EVALUATION-OVERDUE",
            "officer/4502/P8-BASIC-OVERDUE",
        ],
    ),
    ("S-77", ["assignment/A-2026-02/P0-NOT-AN-SRO"]),
    ("2100", ["officer/2100/P6-LEADER-UNTRAINED"]),
]


@pytest.mark.parametrize(("number", "found"), FOLLOWS)
def test_by_each_officer_something_is_to_be_seen(number: str, found: list[str]) -> None:
    assert sorted(name_of(flag) for flag in concluded(number).flags.values()) == found


def test_half_an_hour_keeps_the_clock_of_the_basic_course_running() -> None:
    conclusion = concluded("4480").conclusion
    (clock,) = [read(one, TODAY) for one in conclusion.clocks if one.kind == "P8-BASIC-40H"]
    (hours,) = conclusion.curricula

    assert (hours.verified_hours, clock.state, clock.due_on) == (39.5, "running", date(2027, 5, 10))
