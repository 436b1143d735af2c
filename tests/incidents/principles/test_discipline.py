"""P3: what draws an officer into school discipline, and what does not."""

import pytest

from services.incidents.principles.findings import judge
from services.incidents.principles.limits import Limits
from shared.contracts.incidents import Conduct, Officer
from tests.incidents.principles.records import (
    ASSAULT,
    CLEAR,
    DRESS_CODE,
    FOR_THE_SCHOOL,
    RAISED,
    SOMETHING,
    UNDETERMINED,
    Example,
    action,
    facts,
    judgements,
    outcomes,
)

FOUGHT_TOO = (DRESS_CODE, ASSAULT.model_copy(update={"conduct_number": 2}))
BACK = {**FOR_THE_SCHOOL, "outcomes": outcomes("returned_to_school")}

EXAMPLES = [
    Example("P3-DISCIPLINE", "dress code, kept", RAISED, facts(**FOR_THE_SCHOOL)),
    Example("P3-DISCIPLINE", "dress code, handed back after a search", RAISED, facts(action("search_person"), **BACK)),
    Example("P3-DISCIPLINE", "a rule enforced in a fight", RAISED, facts(action("enforce_school_rule"))),
    Example("P3-DISCIPLINE", "a sanction imposed, all else unknown", RAISED,
            facts(action("school_sanction_imposed"), conduct=None, threat=None, outcomes=None)),
    Example("P3-DISCIPLINE", "a rule enforced, then handed back", RAISED, facts(action("enforce_school_rule"), **BACK)),
    Example("P3-DISCIPLINE", "threat said to be an empty list", RAISED, facts(**FOR_THE_SCHOOL | {"threat": ()})),
    Example("P3-DISCIPLINE", "a fight", CLEAR, facts()),
    Example("P3-DISCIPLINE", "dress code, and a fight", CLEAR, facts(conduct=FOUGHT_TOO, threat=("none",))),
    Example("P3-DISCIPLINE", "dress code with a weapon", CLEAR, facts(conduct=(DRESS_CODE,), threat=("weapon",))),
    Example("P3-DISCIPLINE", "nothing alleged", CLEAR, facts(conduct=(), threat=("none",))),
    Example("P3-DISCIPLINE", "dress code, handed back after talking", CLEAR, facts(action("conversation"), **BACK)),
    Example("P3-DISCIPLINE", "dress code, threat not known", UNDETERMINED, facts(conduct=(DRESS_CODE,), threat=None)),
    Example("P3-DISCIPLINE", "dress code, a threat and an unknown one", UNDETERMINED,
            facts(conduct=(DRESS_CODE,), threat=("others", "unknown"))),
    Example("P3-DISCIPLINE", "conduct not known", UNDETERMINED, facts(conduct=None, threat=("none",))),
    Example("P3-DISCIPLINE", "conduct of unknown kind", UNDETERMINED, facts(conduct=(SOMETHING,), threat=("none",))),
    Example("P3-DISCIPLINE", "dress code, no outcome named", UNDETERMINED, facts(**FOR_THE_SCHOOL | {"outcomes": ()})),
    Example("P3-DISCIPLINE", "dress code, outcome unknown", UNDETERMINED,
            facts(**FOR_THE_SCHOOL | {"outcomes": outcomes("unknown")})),
    Example("P3-DISCIPLINE", "dress code, handed back, actions not known", UNDETERMINED, facts(**BACK, actions=None)),
    Example("P3-DISCIPLINE", "a fight, an action of unknown kind", UNDETERMINED, facts(action("unknown"))),

    Example("P3-DISCIPLINE:handed_back", "dress code, handed back", RAISED, facts(**BACK)),
    Example("P3-DISCIPLINE:handed_back", "handed back for one, settled for another", RAISED,
            facts(**BACK | {"outcomes": outcomes("resolved_informally", "returned_to_school")})),
    Example("P3-DISCIPLINE:handed_back", "after a frisk", CLEAR, facts(action("frisk"), **BACK)),
    Example("P3-DISCIPLINE:handed_back", "after a sanction", CLEAR, facts(action("school_sanction_imposed"), **BACK)),
    Example("P3-DISCIPLINE:handed_back", "a fight, handed back", CLEAR, facts(outcomes=outcomes("returned_to_school"))),
    Example("P3-DISCIPLINE:handed_back", "what was done is not known", UNDETERMINED, facts(**BACK, actions=None)),
    Example("P3-DISCIPLINE:handed_back", "threat not known", UNDETERMINED, facts(**BACK | {"threat": None})),

    Example("P3-DIRECTED-BY-SCHOOL", "called for a dress code", RAISED, facts(**FOR_THE_SCHOOL)),
    Example("P3-DIRECTED-BY-SCHOOL", "seen by the officer", CLEAR, facts(**FOR_THE_SCHOOL, initiated_by="sro")),
    Example("P3-DIRECTED-BY-SCHOOL", "called for a fight", CLEAR, facts()),
    Example("P3-DIRECTED-BY-SCHOOL", "who called is not known", UNDETERMINED,
            facts(**FOR_THE_SCHOOL, initiated_by="unknown")),
    Example("P3-DIRECTED-BY-SCHOOL", "threat not known", UNDETERMINED, facts(**FOR_THE_SCHOOL | {"threat": None})),

    Example("P3-NO-THREAT", "dress code", RAISED, facts(**FOR_THE_SCHOOL)),
    Example("P3-NO-THREAT", "nothing alleged", RAISED, facts(conduct=(), threat=("none",))),
    Example("P3-NO-THREAT", "a service", CLEAR, facts(**FOR_THE_SCHOOL, contact_type="service")),
    Example("P3-NO-THREAT", "an offence", CLEAR, facts(threat=("none",))),
    Example("P3-NO-THREAT", "a threat", CLEAR, facts(conduct=(DRESS_CODE,))),
    Example("P3-NO-THREAT", "none, and another", CLEAR, facts(conduct=(DRESS_CODE,), threat=("none", "self"))),
    Example("P3-NO-THREAT", "conduct not known", UNDETERMINED, facts(conduct=None, threat=("none",))),
    Example("P3-NO-THREAT", "contact type unknown", UNDETERMINED, facts(**FOR_THE_SCHOOL, contact_type="unknown")),
    Example("P3-NO-THREAT", "threat unknown", UNDETERMINED, facts(conduct=(DRESS_CODE,), threat=("unknown",))),

    Example("P3-OUTSIDE-SCOPE-911", "both say no", RAISED, facts(around={"judgements": judgements("no", "no")})),
    Example("P3-OUTSIDE-SCOPE-911", "the school says no, the agency has not judged", RAISED,
            facts(around={"judgements": judgements(None, "no")})),
    Example("P3-OUTSIDE-SCOPE-911", "both say yes", CLEAR, facts()),
    Example("P3-OUTSIDE-SCOPE-911", "neither can tell", CLEAR,
            facts(around={"judgements": judgements("undetermined", "undetermined")})),
    Example("P3-OUTSIDE-SCOPE-911", "an engagement", CLEAR,
            facts(contact_type="engagement", around={"judgements": judgements("no", "no")})),
    Example("P3-OUTSIDE-SCOPE-911", "nobody has judged", UNDETERMINED, facts(around={"judgements": {}})),
    Example("P3-OUTSIDE-SCOPE-911", "one says yes, the other has not judged", UNDETERMINED,
            facts(around={"judgements": judgements("yes", None)})),
    Example("P3-OUTSIDE-SCOPE-911", "one says yes, the other left it open", UNDETERMINED,
            facts(around={"judgements": judgements("yes", "unknown")})),

    Example("P3-RULE-ENFORCED", "a rule enforced", RAISED, facts(action("enforce_school_rule"))),
    Example("P3-RULE-ENFORCED", "a sanction, and an action of unknown kind", RAISED,
            facts(action("unknown"), action("school_sanction_imposed", 2))),
    Example("P3-RULE-ENFORCED", "a detention", CLEAR, facts(action())),
    Example("P3-RULE-ENFORCED", "nothing done", CLEAR, facts()),
    Example("P3-RULE-ENFORCED", "what was done is not known", UNDETERMINED, facts(actions=None)),
    Example("P3-RULE-ENFORCED", "an action of unknown kind", UNDETERMINED, facts(action("unknown"))),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_discipline(example: Example) -> None:
    assert example.judged() == example.verdict


@pytest.mark.parametrize(
    ("capacities", "expected"),
    [
        (("patrol",), CLEAR),
        (("detective", "off_duty"), CLEAR),
        (("patrol", "sro"), RAISED),
        (("sble",), RAISED),
        (("unknown",), RAISED),
    ],
)
def test_only_contacts_of_sros_are_judged_by_the_principles_of_sros(capacities: tuple[str, ...], expected: str) -> None:
    officers = tuple(Officer(capacity=one) for one in capacities)
    called = facts(**FOR_THE_SCHOOL, officers=officers)
    assert Example("P3-DIRECTED-BY-SCHOOL", "", expected, called).judged() == expected


def test_a_contact_of_other_officers_is_not_undetermined_either() -> None:
    patrol = facts(threat=None, conduct=None, actions=None, officers=(Officer(capacity="patrol"),))
    assert Example("P3-DISCIPLINE", "", CLEAR, patrol).judged() == CLEAR
    assert Example("P4-PUNITIVE", "", CLEAR, patrol).judged() == CLEAR


def test_what_is_missing_is_named_by_the_sender_s_numbers() -> None:
    unclear = Conduct(conduct_number=7, scheme="unknown")
    example = facts(action("unknown", 3), conduct=(unclear,), threat=("none",))
    from_rule = {one.code: one.missing for one in judge(example, Limits()).undetermined}
    assert from_rule["P3-RULE-ENFORCED"] == ("/actions/3/type",)
    assert from_rule["P3-NO-THREAT"] == ("/conduct/7/scheme",)
