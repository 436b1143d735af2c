"""Incident reports of realistic size: about 1.7 kB each, two people with an identity, texts to be sealed."""

import random
from typing import Any

import orjson

ORI = "XX0000100"
TEXT = "the officer was called to the hallway and spoke with two students until both went back to class"
WORDS = TEXT.split()


def report(number: int, *, seed: int = 0) -> dict[str, Any]:
    """Report `number`; the same number and seed give the same report."""
    chance = random.Random(f"{number}/{seed}")
    school = f"99000010{chance.randrange(400):04d}"
    day, hour = 1 + number % 28, 7 + number % 9
    return {
        "occurred_at": f"2026-{1 + number % 9:02d}-{day:02d}T{hour:02d}:{chance.randrange(60):02d}:00-07:00",
        "ended_at": f"2026-{1 + number % 9:02d}-{day:02d}T{hour + 1:02d}:{chance.randrange(60):02d}:00-07:00",
        "contact_type": "incident",
        "record_purpose": "law_enforcement",
        "status": "closed",
        "school_id": school,
        "on_school_grounds": "yes",
        "during_school_activity": "no",
        "nibrs_location": "53",
        "initiated_by": chance.choice(["school_personnel", "sro", "student"]),
        "requested_by_role": "administrator",
        "request_reason": "disruption",
        "request_channel": "radio",
        "referred_by_school_official": "yes",
        "threat": ["none"],
        "conduct": [
            {"conduct_number": 1, "scheme": "nibrs", "code": "13B", "level": "misdemeanor", "person_numbers": [1]}
        ],
        "officers": [{"officer_number": str(1000 + number % 50), "role": "primary", "capacity": "sro"}],
        "people": [_person(1, "subject", chance), _person(2, "victim", chance)],
        "actions": [
            {
                "action_number": 1,
                "type": "detention",
                "person_number": 1,
                "directed_by": "sro",
                "purpose": "safety",
                "legal_basis": {"code": "reasonable_suspicion", "text": " ".join(chance.choices(WORDS, k=12))},
                "alternatives_tried": ["verbal_deescalation"],
                "age_considered": "yes",
                "size_considered": "yes",
                "in_public_view": "no",
            }
        ],
        "outcomes": [{"type": "returned_to_school", "person_number": 1}],
        "narrative": " ".join(chance.choices(WORDS, k=60)),
        "source_system": "benchmark",
    }


def _person(number: int, involvement: str, chance: random.Random) -> dict[str, Any]:
    return {
        "person_number": number,
        "involvement": [involvement],
        "is_enrolled": "yes",
        "identity": {"name": f"Made Up {chance.randrange(10**6)}", "birth_date": "2011-05-06"},
        "perceived": {"race_ethnicity": ["white"], "sex": "female", "age": 11 + number, "basis": "observation"},
    }


def lines(first: int, count: int, *, seed: int = 0, prefix: str = "B") -> list[bytes]:
    """Bulk lines of the reports from `first` on."""
    return [
        orjson.dumps({"ori": ORI, "incident_number": f"{prefix}{number}", **report(number, seed=seed)})
        for number in range(first, first + count)
    ]
