"""Every rule by examples that raise it, that do not, and that leave it undetermined."""

import csv
from collections import defaultdict
from datetime import date

import pytest

from services.training.principles.findings import RULES, judge, rules_version
from services.training.principles.limits import Limits
from services.training.principles.rule import Rule
from shared.contracts.codes import code_list
from tests.docs.pages import CHECKOUT
from tests.training.principles.dossiers import (
    CLEAR,
    ELEMENTARY,
    HIGH,
    MIDDLE,
    RAISED,
    TODAY,
    UNDETERMINED,
    Example,
    assignment,
    case,
    completion,
    course,
    dossier,
    officer,
)
from tests.training.principles.selecting import SELECTING
from tests.training.principles.supervision import SUPERVISION

QUOTED = CHECKOUT / "tests/data/guiding_principles_quoted.csv"
NEVER_UNDETERMINED = {
    "P5-NO-SELECTION": "null is the known fact that there was none",
    "P5-NOT-VOLUNTEER": "that it is not known is accepted",
    "P6-EVALUATION-OVERDUE": "an evaluation that was not sent is none",
}


ENDED = assignment(end_on=date(2026, 6, 30), end_reason="rotation")
SHORT_HOURS = (completion(hours=39.5),)
FERPA_ONCE = (completion(completed_on=date(2024, 10, 5)),)
THREE_SCHOOLS = (HIGH, MIDDLE, ELEMENTARY)

EXAMPLES = [
    Example("all four elements hold", "P0-NOT-AN-SRO", CLEAR, dossier()),
    Example("no career officer", "P0-NOT-AN-SRO", RAISED, dossier(officer=officer(career="no"))),
    Example("not sworn", "P0-NOT-AN-SRO", RAISED, dossier(officer=officer(sworn="no", career="unknown"))),
    Example(
        "a volunteer", "P0-NOT-AN-SRO", RAISED, dossier(officer=officer(personnel_category="volunteer", sworn="no"))
    ),
    Example(
        "deployment not known", "P0-NOT-AN-SRO", UNDETERMINED, dossier(officer=officer(community_policing="unknown"))
    ),
    Example("no record of the officer", "P0-NOT-AN-SRO", UNDETERMINED, dossier(officer=None)),
    Example("the day before it begins", "P0-NOT-AN-SRO", CLEAR, dossier(officer=officer(sworn="no")), date(2025, 8, 3)),
    Example("its first day", "P0-NOT-AN-SRO", RAISED, dossier(officer=officer(sworn="no")), date(2025, 8, 4)),
    Example(
        "its last day",
        "P0-NOT-AN-SRO",
        RAISED,
        dossier(officer=officer(sworn="no"), assignments=(ENDED,)),
        date(2026, 6, 30),
    ),
    Example(
        "the day after its last",
        "P0-NOT-AN-SRO",
        CLEAR,
        dossier(officer=officer(sworn="no"), assignments=(ENDED,)),
        date(2026, 7, 1),
    ),
    Example("ten years' experience", "P5-EXPERIENCE", CLEAR, dossier()),
    Example("three years to the day", "P5-EXPERIENCE", CLEAR, dossier(officer=officer(sworn_on=date(2022, 8, 4)))),
    Example("a day short", "P5-EXPERIENCE", RAISED, dossier(officer=officer(sworn_on=date(2022, 8, 5)))),
    Example(
        "sworn on 29 February, three years over on the 28th",
        "P5-EXPERIENCE",
        CLEAR,
        dossier(officer=officer(sworn_on=date(2024, 2, 29)), assignments=(assignment(start_on=date(2027, 2, 28)),)),
    ),
    Example(
        "sworn on 29 February, and a day short",
        "P5-EXPERIENCE",
        RAISED,
        dossier(officer=officer(sworn_on=date(2024, 2, 29)), assignments=(assignment(start_on=date(2027, 2, 27)),)),
    ),
    Example("day of the oath not known", "P5-EXPERIENCE", UNDETERMINED, dossier(officer=officer(sworn_on=None))),
    Example(
        "a security officer, sworn last month",
        "P5-EXPERIENCE",
        CLEAR,
        dossier(officer=officer(sworn_on=date(2025, 7, 1), personnel_category="security_officer")),
    ),
    Example("selected", "P5-NO-SELECTION", CLEAR, dossier()),
    Example("not selected", "P5-NO-SELECTION", RAISED, dossier(assignments=(assignment(selection_number=None),))),
    Example("40 hours in time", "P8-BASIC-OVERDUE", CLEAR, dossier()),
    Example(
        "39.5 hours, on the last day", "P8-BASIC-OVERDUE", CLEAR, dossier(completions=SHORT_HOURS), date(2026, 5, 4)
    ),
    Example("39.5 hours, a day later", "P8-BASIC-OVERDUE", RAISED, dossier(completions=SHORT_HOURS), date(2026, 5, 5)),
    Example(
        "self-reported hours alone", "P8-BASIC-OVERDUE", RAISED, dossier(completions=(completion(verified=False),))
    ),
    Example(
        "40 hours too late",
        "P8-BASIC-OVERDUE",
        CLEAR,
        dossier(completions=(completion(completed_on=date(2026, 9, 1)),)),
    ),
    Example(
        "40 hours too late, before they were complete",
        "P8-BASIC-OVERDUE",
        RAISED,
        dossier(completions=(completion(completed_on=date(2026, 9, 1)),)),
        date(2026, 8, 31),
    ),
    Example(
        "hours attended not known", "P8-BASIC-OVERDUE", UNDETERMINED, dossier(completions=(completion(hours=None),))
    ),
    Example("a course that is not in the catalog", "P8-BASIC-OVERDUE", UNDETERMINED, dossier(courses=())),
    Example(
        "not known at which school",
        "P8-BASIC-OVERDUE",
        UNDETERMINED,
        dossier(assignments=(assignment(school_ids=None),), completions=()),
    ),
    Example("never assigned", "P8-BASIC-OVERDUE", CLEAR, dossier(assignments=(), completions=())),
    Example("trained again in time", "P8-TOPIC-GAP", CLEAR, dossier(planned={"ferpa": 24})),
    Example("two years to the day", "P8-TOPIC-GAP", CLEAR, dossier(planned={"ferpa": 24}, completions=FERPA_ONCE)),
    Example(
        "two years and a day",
        "P8-TOPIC-GAP",
        RAISED,
        dossier(planned={"ferpa": 24}, completions=FERPA_ONCE),
        date(2026, 10, 6),
    ),
    Example("on no schedule", "P8-TOPIC-GAP", CLEAR, dossier(completions=FERPA_ONCE), date(2029, 1, 1)),
    Example("never covered", "P8-TOPIC-GAP", UNDETERMINED, dossier(planned={"cpted": 12})),
    Example(
        "topics of a newer course not known",
        "P8-TOPIC-GAP",
        UNDETERMINED,
        dossier(
            planned={"ferpa": 24},
            completions=(*FERPA_ONCE, completion("C-2", course_code="NEW")),
            courses=(course("BASIC"), course("NEW", topics=None)),
        ),
        date(2026, 10, 6),
    ),
    Example(
        "serves no more",
        "P8-TOPIC-GAP",
        CLEAR,
        dossier(planned={"ferpa": 12}, assignments=(ENDED,), completions=FERPA_ONCE),
    ),
    Example("two campuses", "P11-MANY-CAMPUSES", CLEAR, dossier(assignments=(assignment(school_ids=(HIGH, MIDDLE)),))),
    Example(
        "three campuses", "P11-MANY-CAMPUSES", RAISED, dossier(assignments=(assignment(school_ids=THREE_SCHOOLS),))
    ),
    Example(
        "three campuses, with a reason",
        "P11-MANY-CAMPUSES",
        CLEAR,
        dossier(assignments=(assignment(school_ids=THREE_SCHOOLS, many_campuses_reason="vacancy"),)),
    ),
    Example(
        "three campuses by two assignments that overlap for a day",
        "P11-MANY-CAMPUSES",
        RAISED,
        dossier(
            assignments=(
                assignment(school_ids=(HIGH, MIDDLE), end_on=date(2026, 8, 3)),
                assignment("A-2", school_ids=(ELEMENTARY,), start_on=date(2026, 8, 3)),
            )
        ),
    ),
    Example(
        "three campuses one after the other",
        "P11-MANY-CAMPUSES",
        CLEAR,
        dossier(
            assignments=(
                assignment(school_ids=(HIGH, MIDDLE), end_on=date(2026, 8, 2)),
                assignment("A-2", school_ids=(ELEMENTARY,), start_on=date(2026, 8, 3)),
            )
        ),
    ),
    Example(
        "three campuses from tomorrow",
        "P11-MANY-CAMPUSES",
        CLEAR,
        dossier(assignments=(assignment(school_ids=THREE_SCHOOLS, start_on=date(2026, 10, 6)),)),
    ),
    Example(
        "schools not known", "P11-MANY-CAMPUSES", UNDETERMINED, dossier(assignments=(assignment(school_ids=None),))
    ),
    Example("still there", "P11-SHORT-TENURE", CLEAR, dossier()),
    Example("rotated after a year", "P11-SHORT-TENURE", RAISED, dossier(assignments=(ENDED,))),
    Example("on the last day", "P11-SHORT-TENURE", CLEAR, dossier(assignments=(ENDED,)), date(2026, 6, 30)),
    Example("the day after", "P11-SHORT-TENURE", RAISED, dossier(assignments=(ENDED,)), date(2026, 7, 1)),
    Example(
        "selected out",
        "P11-SHORT-TENURE",
        CLEAR,
        dossier(assignments=(assignment(end_on=date(2026, 6, 30), end_reason="self_selected_out"),)),
    ),
    Example(
        "nobody says why",
        "P11-SHORT-TENURE",
        UNDETERMINED,
        dossier(assignments=(assignment(end_on=date(2026, 6, 30)),)),
    ),
    Example(
        "three school years, ended with the third",
        "P11-SHORT-TENURE",
        CLEAR,
        dossier(assignments=(assignment(start_on=date(2023, 8, 14), end_on=date(2026, 6, 12), end_reason="rotation"),)),
    ),
    Example("dates in order", "X-DATE-IMPLAUSIBLE", CLEAR, dossier()),
    Example(
        "completed before the course was given",
        "X-DATE-IMPLAUSIBLE",
        RAISED,
        dossier(completions=(completion(completed_on=date(2019, 12, 31)),)),
    ),
    Example(
        "completed on its first day",
        "X-DATE-IMPLAUSIBLE",
        CLEAR,
        dossier(completions=(completion(completed_on=date(2020, 1, 1)),)),
    ),
    *SELECTING,
    *SUPERVISION,
    Example(
        "assigned before being sworn", "X-DATE-IMPLAUSIBLE", RAISED, dossier(officer=officer(sworn_on=date(2025, 8, 5)))
    ),
    Example(
        "not known since when the course is given",
        "X-DATE-IMPLAUSIBLE",
        UNDETERMINED,
        dossier(courses=(course("BASIC", first_offered=None),)),
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_a_rule_says(example: Example) -> None:
    assert example.judged() == example.verdict


def lacking(rules: tuple[Rule, ...], examples: list[Example]) -> list[str]:
    """Which kind of example each rule lacks."""
    verdicts = defaultdict(set)
    for example in examples:
        verdicts[example.code].add(example.verdict)
    return [
        f"{rule.code}: {kind}"
        for rule in rules
        for kind in (RAISED, CLEAR, UNDETERMINED)
        if kind not in verdicts[rule.code] and not (kind == UNDETERMINED and rule.code in NEVER_UNDETERMINED)
    ]


def test_every_rule_has_examples_of_each_kind() -> None:
    assert lacking(RULES, EXAMPLES) == []


def test_a_rule_without_an_example_is_found() -> None:
    others = [one for one in EXAMPLES if (one.code, one.verdict) != ("P8-TOPIC-GAP", UNDETERMINED)]
    assert lacking(RULES, others) == ["P8-TOPIC-GAP: undetermined"]


def test_every_example_is_of_a_rule_and_has_a_name_of_its_own() -> None:
    assert {one.code for one in EXAMPLES} == {rule.code for rule in RULES}
    assert len({one.name for one in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_flag_quotes_the_guiding_principles(rule: Rule) -> None:
    with QUOTED.open(encoding="utf-8", newline="") as file:
        quoted = {row["sentence"]: row["principle"] for row in csv.DictReader(file)}
    assert rule.principle in (quoted[rule.sentence], "X")
    assert rule.severity in code_list("flag_severity")
    assert rule.code.startswith(f"{rule.principle}-")
    assert rule.seen_by


def test_an_officer_of_whom_all_is_known_and_well_raises_nothing() -> None:
    found = judge(case(dossier()))
    assert (found.raised, found.undetermined) == ((), ())


def test_a_finding_says_of_which_record_it_is_and_how_many_days_were_short() -> None:
    (flag,) = judge(case(dossier(officer=officer(sworn_on=date(2022, 9, 4))))).raised
    assert flag.model_dump(exclude={"explanation"}) == {
        "code": "P5-EXPERIENCE",
        "detail": None,
        "severity": "M",
        "principle": "P5",
        "inputs": ("/officer/sworn_on", "/assignments/A-1/start_on"),
        "rule_version": 1,
        "seen_by": ("agency", "district"),
        "record": "assignment",
        "record_number": "A-1",
        "days_short": 31,
    }


def test_an_overdue_basic_course_is_graver_where_the_cops_hiring_program_pays() -> None:
    for funded_by, severity in (("local", "M"), ("chp", "H")):
        late = dossier(assignments=(assignment(funded_by=funded_by),), completions=())
        assert [one.severity for one in judge(case(late)).raised] == [severity]


def test_it_is_named_which_elements_fail() -> None:
    (flag,) = judge(case(dossier(officer=officer(career="no", assigned_by_employer="no")))).raised
    assert flag.inputs == ("/officer/career", "/officer/assigned_by_employer")


def test_each_stretch_of_many_campuses_is_a_flag_of_its_own() -> None:
    twice = (
        assignment(school_ids=THREE_SCHOOLS, end_on=date(2025, 9, 30), end_reason="promotion"),
        assignment("A-2", school_ids=THREE_SCHOOLS, start_on=date(2026, 8, 3)),
    )
    found = [one.detail for one in judge(case(dossier(assignments=twice))).raised if one.code == "P11-MANY-CAMPUSES"]
    assert found == ["2025-08-04", "2026-08-03"]


def test_a_setting_says_how_many_campuses_are_a_few() -> None:
    three = dossier(assignments=(assignment(school_ids=THREE_SCHOOLS),))
    assert judge(case(three, TODAY, Limits(few_campuses=3))).raised == ()


def test_the_rules_have_another_version_when_a_limit_is_another() -> None:
    assert rules_version(Limits()) == rules_version(Limits(few_campuses=2))
    assert rules_version(Limits()) != rules_version(Limits(few_campuses=3))
