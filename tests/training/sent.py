"""What an agency sends in these tests: one record of each kind, as it should be."""

from typing import Any

from tests.training.conftest import AGENCY, OTHER_AGENCY, SCHOOL

OFFICER_URL = f"/v1/officers/{AGENCY}/4471"
COURSE_URL = f"/v1/courses/{AGENCY}/BASIC-1"
COMPLETION_URL = f"/v1/completions/{AGENCY}/C-1"
ASSIGNMENT_URL = f"/v1/assignments/{AGENCY}/A-1"
SELECTION_URL = f"/v1/selections/{AGENCY}/S-1"
CRITERIA_URL = f"/v1/selection-criteria/{AGENCY}/2025-1"
STAFF_URL = f"/v1/staff-trainings/{AGENCY}/T-1"
EVALUATION_URL = f"/v1/evaluations/{AGENCY}/E-1"
NEED_URL = f"/v1/training-needs/{AGENCY}/N-1"
PEER_EVENT_URL = f"/v1/peer-events/{AGENCY}/P-1"
MEMBERSHIP_URL = f"/v1/memberships/{AGENCY}/M-1"
PLAN_URL = f"/v1/training-plans/{AGENCY}"

SRO = {
    "sworn_on": "2019-03-04",
    "career": "yes",
    "sworn": "yes",
    "community_policing": "yes",
    "assigned_by_employer": "yes",
    "personnel_category": "sro",
}
BASIC = {"title": "Basic SRO course", "curriculum": "basic_sro", "topics": ["ferpa"], "hours": 40}
COMPLETED = {
    "officer_number": "4471",
    "course_code": "BASIC-1",
    "completed_on": "2025-10-01",
    "hours": 40,
    "verified": True,
}
ASSIGNED = {"officer_number": "4471", "school_ids": [SCHOOL], "start_on": "2025-08-04", "selection_number": "S-1"}
CRITERIA = {"lea_id": SCHOOL[:7], "adopted_on": "2025-01-06", "criteria": ["potential_harm", "teaching"]}
SCORE = {"member_number": "M-1", "criterion": "teaching", "score": 70}
CANDIDATE: dict[str, Any] = {
    "candidate_number": "K-1",
    "officer_number": "4471",
    "volunteered": "yes",
    "youth_experience": "no",
    "frontline_years": 6.5,
    "decision": "selected",
    "scores": [SCORE, SCORE | {"criterion": "communication", "score": 90}, SCORE | {"member_number": "M-2"}],
}
SELECTED: dict[str, Any] = {
    "stage": "placement",
    "school_id": SCHOOL,
    "criteria_version": "2025-1",
    "opened_on": "2025-03-03",
    "closed_on": "2025-04-11",
    "pool_size": 5,
    "pool_groups": [{"race_ethnicity": "white", "count": 3, "community_share": 0.5}],
    "members": [
        {
            "member_number": "M-1",
            "role": "agency_supervisor",
            "organization": "agency",
            "works_directly": "yes",
            "interviewed": "yes",
        },
        {
            "member_number": "M-2",
            "role": "teacher",
            "organization": "school",
            "works_directly": "yes",
            "interviewed": "yes",
        },
    ],
    "candidates": [
        CANDIDATE,
        {
            "candidate_number": "K-2",
            "volunteered": "yes",
            "youth_experience": "yes",
            "decision": "not_selected",
            "scores": [],
        },
    ],
}
STAFF: dict[str, Any] = {
    "school_id": SCHOOL,
    "school_year": "2025-26",
    "staff_role": "teacher",
    "counted_on": "2025-10-01",
    "headcount": 40,
    "trained": 10,
    "topics": [{"topic": "sro_roles", "trained": 31}],
    "joint_sessions": 1,
}
NEEDED = {"officer_number": "4471", "topic": "ferpa", "identified_on": "2026-02-02", "due_on": "2026-06-05"}
LESSON = {"lesson_number": "L-1", "topic": "deescalation", "written_by": "4471", "released_by": "2100"}
MET: dict[str, Any] = {
    "held_on": "2026-03-12",
    "hours": 6,
    "reach": "regional",
    "agencies": [AGENCY, OTHER_AGENCY],
    "officer_numbers": ["4471"],
    "series": "REGION-5",
    "months_between": 6,
    "lessons": [LESSON],
}
BELONGS = {"officer_number": "4471", "organization": "nasro", "valid_from": "2026-01-01"}
EVALUATED: dict[str, Any] = {
    "officer_number": "4471",
    "evaluator_number": "2100",
    "instrument": "SRO-1",
    "sro_specific": "yes",
    "first_on": "2025-08-04",
    "last_on": "2026-06-05",
    "closed_on": "2026-06-15",
    "inputs": [{"group": "teachers", "invited": 40, "received": 22}],
    "ratings": [
        {
            "criterion": "alternatives",
            "rating": "4",
            "evidence": [
                {
                    "metric": "alternatives_rate",
                    "count": 31,
                    "n": 38,
                    "first_on": "2025-08-04",
                    "last_on": "2026-06-05",
                }
            ],
        }
    ],
}
SHOWN = EVALUATED["ratings"][0]["evidence"][0]
PLAN = {"topics": [{"topic": "ferpa", "months": 24}]}
