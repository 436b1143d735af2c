"""What cannot be is refused with all its faults, and nothing of it is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.training.conftest import OTHER_AGENCY, SCHOOL
from tests.training.sent import (
    ASSIGNED,
    ASSIGNMENT_URL,
    BASIC,
    BELONGS,
    CANDIDATE,
    COMPLETED,
    COMPLETION_URL,
    COURSE_URL,
    CRITERIA,
    CRITERIA_URL,
    EVALUATED,
    EVALUATION_URL,
    LESSON,
    MEMBERSHIP_URL,
    MET,
    NEED_URL,
    NEEDED,
    OFFICER_URL,
    PEER_EVENT_URL,
    PLAN_URL,
    SCORE,
    SELECTED,
    SELECTION_URL,
    SHOWN,
    SRO,
    STAFF,
    STAFF_URL,
)


def in_days(days: int) -> str:
    """So many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


FAULTS = [  # what is wrong, URL, what is sent, pointers and codes
    ("no title", COURSE_URL, {"hours": 40}, {"#/title": "required-question-unanswered"}),
    ("a name", OFFICER_URL, SRO | {"name": "Quillon Vastergaard"}, {"#/name": "unknown-field"}),
    ("a birth date", OFFICER_URL, SRO | {"birth_date": "1990-01-02"}, {"#/birth_date": "must-not-be-stored"}),
    ("a photo", OFFICER_URL, SRO | {"photo": "x"}, {"#/photo": "must-not-be-stored"}),
    ("a truth for a code", OFFICER_URL, SRO | {"sworn": True}, {"#/sworn": "unknown-code"}),
    (
        "a category that is none",
        OFFICER_URL,
        SRO | {"personnel_category": "guard"},
        {"#/personnel_category": "unknown-code"},
    ),
    ("sworn in the future", OFFICER_URL, SRO | {"sworn_on": in_days(3)}, {"#/sworn_on": "in-the-future"}),
    ("29 February of no leap year", OFFICER_URL, SRO | {"sworn_on": "2023-02-29"}, {"#/sworn_on": "wrong-type"}),
    (
        "a supervisor of another agency",
        OFFICER_URL,
        SRO | {"supervisor_number": "9", "supervisor_ori": OTHER_AGENCY},
        {"#/supervisor_ori": "not-in-chain-of-command"},
    ),
    (
        "one's own supervisor",
        OFFICER_URL,
        SRO | {"supervisor_number": "4471"},
        {"#/supervisor_number": "not-in-chain-of-command"},
    ),
    ("a topic that is none", COURSE_URL, BASIC | {"topics": ["chess"]}, {"#/topics/0": "unknown-code"}),
    ("a topic twice", COURSE_URL, BASIC | {"topics": ["ferpa", "ferpa"]}, {"#/topics": "invalid-value"}),
    ("hours below nothing", COURSE_URL, BASIC | {"hours": -1}, {"#/hours": "invalid-value"}),
    (
        "completed in the future",
        COMPLETION_URL,
        COMPLETED | {"completed_on": in_days(3)},
        {"#/completed_on": "in-the-future"},
    ),
    ("nobody's completion", COMPLETION_URL, {**COMPLETED, "officer_number": ""}, {"#/officer_number": "invalid-value"}),
    (
        "an end before the beginning",
        ASSIGNMENT_URL,
        ASSIGNED | {"end_on": "2025-08-03"},
        {"#/end_on": "time-order", "#/start_on": "time-order"},
    ),
    ("a school twice", ASSIGNMENT_URL, ASSIGNED | {"school_ids": [SCHOOL, SCHOOL]}, {"#/school_ids": "invalid-value"}),
    ("a school that is none", ASSIGNMENT_URL, ASSIGNED | {"school_ids": ["12"]}, {"#/school_ids/0": "invalid-value"}),
    (
        "two faults at once",
        ASSIGNMENT_URL,
        {"officer_number": "4471", "start_on": "soon", "funded_by": "nobody"},
        {"#/start_on": "invalid-value", "#/funded_by": "unknown-code"},
    ),
    ("closed in the future", EVALUATION_URL, EVALUATED | {"closed_on": in_days(3)}, {"#/closed_on": "in-the-future"}),
    (
        "an evaluation of no days",
        EVALUATION_URL,
        EVALUATED | {"last_on": "2025-08-03"},
        {"#/last_on": "time-order"},
    ),
    (
        "closed before what it evaluates",
        EVALUATION_URL,
        EVALUATED | {"closed_on": "2025-08-03"},
        {"#/closed_on": "time-order"},
    ),
    (
        "one who rates the own work",
        EVALUATION_URL,
        EVALUATED | {"evaluator_number": "4471"},
        {"#/evaluator_number": "not-in-chain-of-command"},
    ),
    (
        "rated by another agency",
        EVALUATION_URL,
        EVALUATED | {"evaluator_ori": OTHER_AGENCY},
        {"#/evaluator_ori": "not-in-chain-of-command"},
    ),
    (
        "an answer of which it is not said what it was",
        EVALUATION_URL,
        EVALUATED | {"answered_on": "2026-06-20"},
        {"#/officer_answer": "required-question-unanswered"},
    ),
    (
        "a group and a criterion twice",
        EVALUATION_URL,
        EVALUATED | {name: [*EVALUATED[name], *EVALUATED[name]] for name in ("inputs", "ratings")},
        {"#/inputs": "invalid-value", "#/ratings": "invalid-value"},
    ),
    (
        "arrests as a measure",
        EVALUATION_URL,
        EVALUATED | {"ratings": [{"criterion": "arrests", "rating": "5"}]},
        {"#/ratings/0/criterion": "unknown-code"},
    ),
    (
        "a share above the whole",
        EVALUATION_URL,
        EVALUATED | {"ratings": [{"criterion": "alternatives", "rating": "4", "evidence": [{**SHOWN, "count": 39}]}]},
        {"#/ratings/0/evidence/0/count": "invalid-value"},
    ),
    (
        "led by nobody since a day",
        OFFICER_URL,
        SRO | {"supervised_since": "2025-08-11"},
        {"#/supervisor_number": "required-question-unanswered"},
    ),
    (
        "a review of the fit, and a request to leave, to come",
        ASSIGNMENT_URL,
        ASSIGNED | {"fit_reviews": [{"reviewed_on": in_days(3)}], "self_selection": {"requested_on": in_days(3)}},
        {"#/fit_reviews/0/reviewed_on": "in-the-future", "#/self_selection/requested_on": "in-the-future"},
    ),
    (
        "a placement at no school, closed before it was opened",
        SELECTION_URL,
        SELECTED | {"school_id": None, "closed_on": "2025-03-02"},
        {"#/school_id": "required-question-unanswered", "#/closed_on": "time-order"},
    ),
    (
        "more candidates, and more of a group, than applied",
        SELECTION_URL,
        SELECTED | {"pool_size": 1},
        {"#/pool_size": "invalid-value", "#/pool_groups": "invalid-value"},
    ),
    (
        "a member and a candidate twice",
        SELECTION_URL,
        SELECTED | {"members": SELECTED["members"] * 2, "candidates": [CANDIDATE, CANDIDATE]},
        {"#/members": "invalid-value", "#/candidates": "invalid-value"},
    ),
    (
        "scored twice, by nobody of the committee, and by no criterion",
        SELECTION_URL,
        SELECTED
        | {
            "candidates": [
                CANDIDATE | {"scores": [SCORE, SCORE, SCORE | {"member_number": "X", "criterion": "unknown"}]}
            ]
        },
        {
            "#/candidates/0/scores": "invalid-value",
            "#/candidates/0/scores/2/member_number": "invalid-value",
            "#/candidates/0/scores/2/criterion": "invalid-value",
        },
    ),
    (
        "the race of an applicant",
        SELECTION_URL,
        SELECTED | {"candidates": [CANDIDATE | {"race_ethnicity": "WH"}]},
        {"#/candidates/0/race_ethnicity": "unknown-field"},
    ),
    ("a criterion twice", CRITERIA_URL, CRITERIA | {"criteria": ["teaching"] * 2}, {"#/criteria": "invalid-value"}),
    (
        "more trained than there are, and a topic twice",
        STAFF_URL,
        STAFF | {"trained": 41, "topics": [{"topic": "sro_roles", "trained": 41}] * 2},
        {
            "#/trained": "invalid-value",
            "#/topics": "invalid-value",
            "#/topics/0/trained": "invalid-value",
            "#/topics/1/trained": "invalid-value",
        },
    ),
    (
        "a need due before it was shown",
        NEED_URL,
        NEEDED | {"due_on": "2026-02-01"},
        {"#/due_on": "time-order"},
    ),
    ("an event to come", PEER_EVENT_URL, MET | {"held_on": in_days(3)}, {"#/held_on": "in-the-future"}),
    (
        "an officer twice, and intervals of no series",
        PEER_EVENT_URL,
        MET | {"officer_numbers": ["4471", "4471"], "series": None},
        {"#/officer_numbers": "invalid-value", "#/series": "required-question-unanswered"},
    ),
    (
        "a lesson released by who wrote it",
        PEER_EVENT_URL,
        MET | {"lessons": [LESSON | {"released_by": "4471"}]},
        {"#/lessons/0/released_by": "invalid-value"},
    ),
    (
        "a lesson released by nobody",
        PEER_EVENT_URL,
        MET | {"lessons": [LESSON | {"released_by": None, "released_on": "2026-03-20"}]},
        {"#/lessons/0/released_by": "required-question-unanswered"},
    ),
    (
        "a lesson with a student in it",
        PEER_EVENT_URL,
        MET | {"lessons": [LESSON | {"student_number": "S-1"}]},
        {"#/lessons/0/student_number": "unknown-field"},
    ),
    (
        "a membership that ends before it begins",
        MEMBERSHIP_URL,
        BELONGS | {"valid_to": "2025-12-31"},
        {"#/valid_to": "time-order"},
    ),
    (
        "a topic with two intervals",
        PLAN_URL,
        {"topics": [{"topic": "ferpa", "months": 12}, {"topic": "ferpa", "months": 24}]},
        {"#/topics": "invalid-value"},
    ),
]


@pytest.mark.parametrize(("url", "sent", "faults"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
async def test_every_fault_is_named_and_nothing_is_stored(
    client: httpx2.AsyncClient, url: str, sent: dict[str, Any], faults: dict[str, str]
) -> None:
    refused = await client.put(url, json=sent)

    assert refused.status_code == 422
    assert {error["pointer"]: error["code"] for error in refused.json()["errors"]} == faults
    assert (await client.get(url)).status_code == 404
