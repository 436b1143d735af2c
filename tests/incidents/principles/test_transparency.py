"""P7: who prompted it, who reviewed it, and whether both sides agree."""

from datetime import datetime, timedelta

import pytest

from services.incidents.principles.facts import Facts
from tests.incidents.principles.records import (
    CLEAR,
    NOON,
    RAISED,
    UNDETERMINED,
    Example,
    clock,
    facts,
    judgements,
    verdict,
)

LAST_DAY = NOON.date()
MIDNIGHT = NOON.replace(hour=0, minute=0) + timedelta(days=1)
QUESTION_OF = {
    "911": "would_require_911",
    "school_involving": "school_involving_sro_appropriate",
    "sro_intervening": "sro_intervening_appropriate",
}


def judged(detail: str, agency: str | None, school: str | None) -> Facts:
    """A contact of which the sides have answered one question so, and every other with yes."""
    return facts(around={"judgements": judgements(agency, school, QUESTION_OF[detail])})


def delivered(
    side: str, *, now: datetime = NOON, met_at: datetime | None = None, school_id: str | None = "990000100001"
) -> Facts:
    """A contact whose report is to be opened by a side until the end of its day."""
    running = clock("P7-REVIEW-BOTH", side, due_at=None, due_on=LAST_DAY, met_at=met_at)
    return facts(school_id=school_id, around={"clocks": (running,), "now": now})


NOT_DELIVERED = (clock("P7-REVIEW-BOTH", "agency", started_at=None), clock("P7-REVIEW-BOTH", "school", started_at=None))

EXAMPLES = [
    Example("P7-INITIATOR-UNKNOWN", "unknown", RAISED, facts(initiated_by="unknown")),
    Example("P7-INITIATOR-UNKNOWN", "the school", CLEAR, facts()),

    Example("P7-DOCUMENTED-OFF-DUTY", "at home", RAISED, facts(documented_on_duty="no")),
    Example("P7-DOCUMENTED-OFF-DUTY", "on duty", CLEAR, facts()),
    Example("P7-DOCUMENTED-OFF-DUTY", "unknown", UNDETERMINED, facts(documented_on_duty="unknown")),

    *[
        example
        for detail in QUESTION_OF
        for code in [f"P7-JUDGEMENTS-DISAGREE:{detail}"]
        for example in (
            Example(code, "yes and no", RAISED, judged(detail, "yes", "no")),
            Example(code, "no and yes", RAISED, judged(detail, "no", "yes")),
            Example(code, "both yes", CLEAR, judged(detail, "yes", "yes")),
            Example(code, "both no", CLEAR, judged(detail, "no", "no")),
            Example(code, "one has not judged", CLEAR, judged(detail, "no", None)),
            Example(code, "one cannot tell", CLEAR, judged(detail, "no", "undetermined")),
            Example(code, "one cannot tell, one left it open", CLEAR, judged(detail, "undetermined", "unknown")),
            Example(code, "one left it open", UNDETERMINED, judged(detail, "no", "unknown")),
            Example(code, "both left it open", UNDETERMINED, judged(detail, "unknown", "unknown")),
        )
    ],
    Example("P7-JUDGEMENTS-DISAGREE:school_involving", "it does not apply, says one", CLEAR,
            judged("school_involving", "no", "not_applicable")),

    *[
        example
        for side in ("agency", "school")
        for code in [f"P7-NOT-REVIEWED:{side}"]
        for example in (
            Example(code, "the day after", RAISED, delivered(side, now=MIDNIGHT)),
            Example(code, "the last day", CLEAR, delivered(side, now=MIDNIGHT - timedelta.resolution)),
            Example(code, "opened late", CLEAR, delivered(side, now=MIDNIGHT + timedelta(days=2), met_at=MIDNIGHT)),
            Example(code, "not delivered yet", CLEAR, facts(around={"clocks": NOT_DELIVERED})),
            Example(code, "without a school, but delivered", CLEAR, delivered(side, school_id=None)),
            Example(code, "without a school", UNDETERMINED,
                    facts(school_id=None, around={"clocks": NOT_DELIVERED})),
        )
    ],
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_transparency(example: Example) -> None:
    assert example.judged() == example.verdict


def test_each_side_answers_for_its_own_review() -> None:
    assert verdict("P7-NOT-REVIEWED", delivered("school", now=MIDNIGHT), "agency") == CLEAR


def test_each_question_is_a_flag_of_its_own() -> None:
    disputed = judged("911", "yes", "no")
    assert verdict("P7-JUDGEMENTS-DISAGREE", disputed, "911") == RAISED
    assert verdict("P7-JUDGEMENTS-DISAGREE", disputed, "sro_intervening") == CLEAR


def test_contacts_of_other_officers_are_judged_by_these_rules_too() -> None:
    patrol = facts(initiated_by="unknown")
    only_patrol = patrol.incident.officers[0].model_copy(update={"capacity": "patrol"})
    assert verdict("P7-INITIATOR-UNKNOWN", facts(initiated_by="unknown", officers=(only_patrol,))) == RAISED
