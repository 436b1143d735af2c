"""X: codes that nobody else understands, late reports, and records that may be one."""

import json
from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from services.incidents.principles.facts import Facts
from services.incidents.principles.findings import judge
from services.incidents.principles.limits import Limits
from shared.contracts.codes import local_lists
from shared.contracts.contract import Identifier
from shared.contracts.incidents import Conduct, Modifications, Officer
from tests.docs.pages import CHECKOUT
from tests.incidents.principles.records import (
    CLEAR,
    MORNING,
    RAISED,
    SOMETHING,
    UNDETERMINED,
    Example,
    action,
    facts,
    verdict,
)

OURS = "local.4711"
DAYS = timedelta(days=1)
AN_INSTANT = timedelta.resolution


def received(after: timedelta, precision: str = "minute") -> Facts:
    """A report that arrived so long after `occurred_at`."""
    return facts(occurred_precision=precision, around={"accepted_at": MORNING + after})


EXAMPLES = [
    Example("X-UNMAPPED-CODE:request_reason", "a code of the agency's own", RAISED, facts(request_reason=OURS)),
    Example("X-UNMAPPED-CODE:request_reason", "a code that everybody has", CLEAR, facts(request_reason="profanity")),
    Example("X-UNMAPPED-CODE:request_reason", "none given", CLEAR, facts(request_reason=None)),
    Example("X-UNMAPPED-CODE:request_reason", "unknown", CLEAR, facts(request_reason="unknown")),
    Example("X-UNMAPPED-CODE:school_conduct", "the district's own", RAISED,
            facts(conduct=(Conduct(conduct_number=1, scheme="code_of_conduct", code=OURS),))),
    Example("X-UNMAPPED-CODE:school_conduct", "an offence", CLEAR,
            facts(conduct=(Conduct(conduct_number=1, scheme="nibrs", code=OURS),))),
    Example("X-UNMAPPED-CODE:school_conduct", "no code", CLEAR,
            facts(conduct=(Conduct(conduct_number=1, scheme="code_of_conduct"),))),
    Example("X-UNMAPPED-CODE:school_conduct", "a code that everybody has, of unknown kind", CLEAR,
            facts(conduct=(SOMETHING,))),
    Example("X-UNMAPPED-CODE:school_conduct", "another one, of unknown kind", UNDETERMINED,
            facts(conduct=(Conduct(conduct_number=1, scheme="unknown", code=OURS),))),
    Example("X-UNMAPPED-CODE:alternatives_tried", "one of two", RAISED,
            facts(action(alternatives_tried=("mediation", OURS)))),
    Example("X-UNMAPPED-CODE:alternatives_tried", "one that everybody has", CLEAR, facts(action())),
    Example("X-UNMAPPED-CODE:alternatives_tried", "not known", CLEAR, facts(action(alternatives_tried=None))),
    Example("X-UNMAPPED-CODE:modifications_made", "the agency's own", RAISED,
            facts(action(modifications=Modifications(needed="yes", made=(OURS,))))),
    Example("X-UNMAPPED-CODE:modifications_made", "one that everybody has", CLEAR,
            facts(action(modifications=Modifications(needed="yes", made=("quiet_room",))))),
    Example("X-UNMAPPED-CODE:modifications_made", "not known", CLEAR, facts(action(modifications=None))),

    Example("X-LATE-REPORT", "a moment after 30 days", RAISED, received(30 * DAYS + AN_INSTANT)),
    Example("X-LATE-REPORT", "years later", RAISED, received(3000 * DAYS, "unknown")),
    Example("X-LATE-REPORT", "30 days", CLEAR, received(30 * DAYS)),
    Example("X-LATE-REPORT", "30 days, by the day", CLEAR, received(30 * DAYS, "day")),
    Example("X-LATE-REPORT", "31 days, by the day", UNDETERMINED, received(31 * DAYS, "day")),
    Example("X-LATE-REPORT", "a moment after 31 days, by the day", RAISED, received(31 * DAYS + AN_INSTANT, "day")),
    Example("X-LATE-REPORT", "within the hour, by the hour", UNDETERMINED,
            received(30 * DAYS + timedelta(minutes=59), "hour")),

    Example("X-POSSIBLE-DUPLICATE", "a neighbour", RAISED, facts(around={"neighbours": ("26-000102",)})),
    Example("X-POSSIBLE-DUPLICATE", "none", CLEAR, facts()),
    Example("X-POSSIBLE-DUPLICATE", "not looked for", UNDETERMINED,
            facts(school_id=None, around={"neighbours": None})),
    Example("X-POSSIBLE-DUPLICATE", "known by the day alone", UNDETERMINED,
            facts(occurred_precision="day", around={"neighbours": ("26-000102",)})),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_quality(example: Example) -> None:
    assert example.judged() == example.verdict


def test_the_limit_of_late_reports_is_the_installation_s() -> None:
    report = received(10 * DAYS)
    assert verdict("X-LATE-REPORT", report, limits=Limits(late_report_days=10)) == CLEAR
    assert verdict("X-LATE-REPORT", report, limits=Limits(late_report_days=9)) == RAISED


def test_what_keeps_a_duplicate_from_being_looked_for_is_named() -> None:
    nameless = facts(school_id=None, officers=(Officer(), Officer(officer_number="1")), around={"neighbours": None})
    assert missing(nameless) == ("/officers/1/officer_number", "/school_id")


def missing(facts: Facts) -> tuple[str, ...]:
    """What would have to be known to look for a duplicate."""
    (found,) = [one for one in judge(facts, Limits()).undetermined if one.code == "X-POSSIBLE-DUPLICATE"]
    return found.missing


def test_a_local_code_can_be_sent_as_it_stands_in_its_list() -> None:
    form = TypeAdapter(Identifier)
    for codes in local_lists().values():
        assert [form.validate_python(code) for code in codes] == list(codes)
        assert "unknown" in codes


def test_the_local_codes_of_the_demo_are_such_as_everybody_understands() -> None:
    lines = (CHECKOUT / "daylight/demo/made_up.ndjson").read_text(encoding="utf-8").splitlines()
    reasons = {json.loads(line)["request_reason"] for line in lines if "request_reason" in json.loads(line)}
    assert reasons
    assert reasons <= local_lists()["request_reason"].keys()
