"""An incident in which every field that a sender can give is given, of two students, with nobody's name."""

from typing import Any

AGENCY, NUMBER, SOURCE = "XX0000100", "EVERY-1", "made-up-for-viewers"
KEY = f"{AGENCY}/{NUMBER}"
SCHOOL, OTHER_SCHOOL, RURAL_SCHOOL = "990000100001", "990000100002", "990000200001"
OTHER_AGENCY = "XX0000200"
MINOR, ADULT = "MADE-UP-0001", "MADE-UP-0004"
"""Numbers of the two students: the first is a minor, the second of age."""
NOON, LATER = "2026-10-05T12:00:00-07:00", "2026-10-05T12:20:00-07:00"
REASON = {"code": "reasonable_suspicion", "text": "What the officer had seen."}


def _person(number: int, *, sex: str, age: int) -> dict[str, Any]:
    perceived = {
        "race_ethnicity": ["white"],
        "sex": sex,
        "age": age,
        "disability": "no",
        "english_learner": "no",
        "basis": "observation",
    }
    involvement = ["subject"] if number == 1 else ["victim"]
    return {"person_number": number, "involvement": involvement, "is_enrolled": "yes", "perceived": perceived}


def _action(number: int, kind: str) -> dict[str, Any]:
    return {
        "action_number": number,
        "type": kind,
        "person_number": number,
        "officer_number": "4471",
        "started_at": NOON,
        "ended_at": LATER,
        "directed_by": "sro",
        "purpose": "safety",
        "immediate_risk": "others",
        "legal_basis": REASON,
        "alternatives_tried": ["verbal_deescalation"],
        "alternatives_not_possible_reason": REASON,
        "age_considered": "yes",
        "size_considered": "yes",
        "modifications": {"needed": "yes", "made": ["interpreter"], "reason_none": REASON},
        "in_public_view": "no",
        "view_not_possible_reason": REASON,
        "transport": {"used": "yes", "in_peer_view": "no"},
    }


def _of_person(number: int) -> dict[str, Any]:
    return {"person_number": number}


WHOLE: dict[str, Any] = {
    "occurred_at": NOON,
    "occurred_precision": "minute",
    "ended_at": LATER,
    "documented_at": LATER,
    "documented_on_duty": "yes",
    "contact_type": "incident",
    "record_purpose": "law_enforcement",
    "status": "closed",
    "school_id": SCHOOL,
    "on_school_grounds": "yes",
    "during_school_activity": "no",
    "nibrs_location": "53",
    "initiated_by": "school_personnel",
    "requested_by_role": "administrator",
    "request_reason": "profanity",
    "request_channel": "radio",
    "referred_by_school_official": "yes",
    "threat": ["none"],
    "conduct": [
        {"conduct_number": number, "scheme": "nibrs", "code": "13B", "level": "misdemeanor", "person_numbers": [number]}
        for number in (1, 2)
    ],
    "officers": [{"officer_number": "4471", "ori": None, "role": "primary", "capacity": "sro"}],
    "people": [_person(1, sex="female", age=14), _person(2, sex="male", age=18)],
    "people_not_listed": {"students": 8, "others": 0},
    "actions": [_action(1, "detention"), _action(2, "arrest") | {"arrest_number": "A-1"}],
    "detention_documentation": [
        {
            "documentation_number": number,
            "action_numbers": [number],
            "basis": "Why.",
            "at_school_factors": "Why at school.",
            "probable_cause_factors": "What was known.",
            "no_arrest": False,
            "completed_at": LATER,
        }
        for number in (1, 2)
    ],
    "outcomes": [{"type": "returned_to_school"} | _of_person(1), {"type": "arrested"} | _of_person(2)],
    "charges": [
        {
            "charge_number": number,
            "code": {"scheme": "nibrs", "code": "13B", "level": "misdemeanor"},
            "filed_on": "2026-10-06",
            "on_school_grounds": "yes",
            "disposition": "dismissed",
            "disposition_on": "2026-10-20",
        }
        | _of_person(number)
        for number in (1, 2)
    ],
    "body_worn_camera": {"recorded": "yes", "reference": "CAM-EVERY-1"},
    "other_numbers": [{"kind": "cad", "number": "CAD-EVERY-1"}],
    "narrative": "What happened, in words.",
    "source_system": SOURCE,
}
"""What the records system sends."""

BEYOND: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (AGENCY, "EVERY-2", {"school_id": OTHER_SCHOOL}),
    (OTHER_AGENCY, "EVERY-3", {"school_id": RURAL_SCHOOL}),
)
"""Two more incidents of nobody listed: at another school of the district, and of another agency in another district."""


def beyond(difference: dict[str, Any]) -> dict[str, Any]:
    """An incident of nobody listed."""
    kept = ("occurred_at", "initiated_by", "officers", "source_system")
    return {name: WHOLE[name] for name in kept} | difference
