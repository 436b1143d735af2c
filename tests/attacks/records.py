"""Records of two sets of organisations: one whose people attack, and the others, whose records bear canaries."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

CANARY = "zqxcanary"
"""Stands in the others' records alone, wherever a field takes a word; no answer to an attacker holds it."""
PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Place:
    """An agency, a district and its school, and the number that each of their records has."""

    ori: str
    lea_id: str
    school_id: str
    number: str
    word: str


HOME = Place("XX0000100", "9900001", "990000100001", "26-1", "homeword")
OTHER = Place("XX0000200", "9900002", "990000200001", "ZQX-1", CANARY)
NEIGHBOUR = Place("XX0000100", "9900001", "990000100002", "ZQN-1", "zqncanary")
"""Another school of the attackers' own district, with an officer of their own agency."""
NEVER_THERE = Place("XX0000100", "9900001", "990000100002", "NVR-1", "neverword")
"""Records of the neighbour's that never were."""
NEVER_KEPT = Place("XX0000200", "9900002", "990000200001", "NVR-1", "neverword")
"""Records of the others that never were."""
NEVER_WAS = Place("XX0000900", "9900009", "990000900001", "NVR-1", "neverword")
"""Organisations that never were."""
NO_ID = str(UUID(int=7))

SPECIAL = {
    "school_year": "2026-27",
    "event": "arrest",
    "snapshot": "crdc",
    "measure": "arrest_students",
    "side": "agency",
    "person_number": "1",
    "unusual_read_id": NO_ID,
}
"""Members of a path whose values are of closed lists, or are the same in every record."""

INCIDENT = {
    "occurred_at": "2026-10-05T10:12:00-07:00",
    "school_id": "SCHOOL",
    "initiated_by": "school_personnel",
    "request_reason": "WORD",
    "officers": [{"officer_number": "WORD", "role": "primary", "capacity": "sro"}],
    "people": [
        {
            "person_number": 1,
            "involvement": ["subject"],
            "is_enrolled": "yes",
            "identity": {"name": "WORD", "birth_date": "2012-03-04"},
        }
    ],
    "actions": [{"action_number": 1, "type": "detention", "person_number": 1, "in_public_view": "no"}],
    "outcomes": [{"type": "returned_to_school", "person_number": 1}],
    "body_worn_camera": {"recorded": "yes", "reference": "WORD"},
    "narrative": "WORD",
    "source_system": "WORD",
}
SRO = {"sworn_on": "2019-03-04", "career": "yes", "sworn": "yes", "personnel_category": "sro"}

BODIES: Mapping[tuple[str, str], Any] = {
    ("reporting", "/v1/agencies/{ori}"): {"name": "Made-up Police", "agency_kind": "city", "state": "HI"},
    ("reporting", "/v1/districts/{lea_id}"): {"name": "Made-up District", "state": "HI"},
    ("reporting", "/v1/schools/{school_id}"): {"name": "Made-up School"},
    ("reporting", "/v1/partnerships/{ori}/{lea_id}"): {"model": "sro", "valid_from": "2024-08-01"},
    ("reporting", "/v1/calendars/{lea_id}/{school_year}"): {
        "first_day": "2026-08-10",
        "last_day": "2027-05-28",
        "time_zone": "Pacific/Honolulu",
    },
    ("reporting", "/v1/enrollment/{school_id}/{school_year}/{snapshot}"): {
        "counts": [{"value": 480, "status": "counted"}]
    },
    ("reporting", "/v1/school-counts/{school_id}/{school_year}/{measure}"): {
        "counts": [{"value": 7, "status": "counted"}]
    },
    ("reporting", "/v1/school-cases/{school_id}/{case_number}"): {"event": "referral", "occurred_on": "2026-10-05"},
    ("training", "/v1/officers/{ori}/{officer_number}"): SRO,
    ("training", "/v1/courses/{ori}/{course_code}"): {"title": "WORD", "curriculum": "basic_sro", "hours": 40},
    ("training", "/v1/completions/{ori}/{completion_number}"): {
        "officer_number": "WORD",
        "course_code": "WORD",
        "completed_on": "2025-10-01",
        "verifier": "WORD",
    },
    ("training", "/v1/evaluations/{ori}/{evaluation_number}"): {
        "officer_number": "WORD",
        "instrument": "WORD",
        "first_on": "2025-08-04",
        "last_on": "2026-06-05",
    },
    ("training", "/v1/selections/{ori}/{selection_number}"): {
        "stage": "sro_role",
        "opened_on": "2025-03-03",
        "members": [{"member_number": "WORD"}],
        "candidates": [{"candidate_number": "WORD", "officer_number": "WORD"}],
    },
    ("training", "/v1/selection-criteria/{ori}/{criteria_version}"): {
        "adopted_on": "2025-01-06",
        "criteria": ["potential_harm"],
    },
    ("training", "/v1/staff-trainings/{ori}/{staff_training_number}"): {
        "school_id": "SCHOOL",
        "school_year": "2025-26",
        "counted_on": "2025-09-01",
    },
    ("training", "/v1/training-needs/{ori}/{need_number}"): {
        "officer_number": "WORD",
        "topic": "ferpa",
        "identified_on": "2026-02-02",
        "due_on": "2026-06-05",
    },
    ("training", "/v1/peer-events/{ori}/{event_number}"): {"held_on": "2026-02-02", "officer_numbers": ["WORD"]},
    ("training", "/v1/memberships/{ori}/{membership_number}"): {
        "officer_number": "WORD",
        "organization": "nasro",
        "valid_from": "2026-01-01",
    },
    ("training", "/v1/assignments/{ori}/{assignment_number}"): {
        "officer_number": "WORD",
        "school_ids": ["SCHOOL"],
        "start_on": "2025-08-04",
    },
    ("training", "/v1/training-plans/{ori}"): {"topics": [{"topic": "ferpa", "months": 24}]},
    ("incidents", "/v1/incidents/{ori}/{incident_number}"): INCIDENT,
    ("incidents", "/v1/school-codes/{ori}/{code}"): {"school_id": "SCHOOL"},
    ("incidents", "/v1/incidents/{ori}/{incident_number}/judgements/{side}"): {"would_require_911": "no"},
}
"""What is put of each kind, by service and path, in an order in which each finds what it names."""


def of_place(body: Any, place: Place) -> Any:
    """A body in which the words stand for this place's."""
    text = json.dumps(body).replace('"WORD"', f'"{place.word}"').replace('"SCHOOL"', f'"{place.school_id}"')
    return json.loads(text)


def value_of(member: str, place: Place) -> str:
    """What stands in a path, a query or a body where it names something of this place."""
    named = {"ori": place.ori, "lea_id": place.lea_id, "school_id": place.school_id}
    return named.get(member) or SPECIAL.get(member) or place.number


def address(path: str, place: Place, ids: Mapping[str, str] = {}) -> str:
    """A path that names a record of this place; ids are of its records."""
    return PARAMETER.sub(lambda found: ids.get(found[1]) or value_of(found[1], place), path)
