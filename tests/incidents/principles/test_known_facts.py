"""A rule fires on known facts alone: what somebody has not said can leave it open, but never decide it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from services.incidents.principles.case import case_of
from services.incidents.principles.facts import Facts
from services.incidents.principles.findings import RULES
from services.incidents.principles.limits import Limits
from services.incidents.principles.rule import Rule
from shared.contracts.clocks import Clock
from shared.contracts.codes import code_list
from shared.contracts.contract import Contract
from shared.contracts.incidents import Conduct, Modifications, Reason, Transport
from shared.findings.truth import Unknown
from tests.incidents.principles.records import (
    MORNING,
    NOON,
    action,
    clock,
    documentation,
    facts,
    judgement,
    outcomes,
    person,
)

Said = TypeVar("Said", bound=Contract)
UNKNOWN: Mapping[str, str | None] = {
    **dict.fromkeys(("contact_type", "occurred_precision", "documented_on_duty", "status", "initiated_by"), "unknown"),
    **dict.fromkeys(("on_school_grounds", "type", "directed_by", "purpose", "in_public_view"), "unknown"),
    **dict.fromkeys(("age_considered", "size_considered", "used", "needed", "scheme", "disability"), "unknown"),
    **dict.fromkeys(("would_require_911", "school_involving_sro_appropriate"), "unknown"),
    **dict.fromkeys(("school_id", "request_reason", "threat", "conduct", "code", "people", "actions", "outcomes")),
    **dict.fromkeys(("detention_documentation", "person_number", "started_at", "ended_at", "alternatives_tried")),
    **dict.fromkeys(("transport", "in_peer_view", "modifications", "made", "perceived")),
}
"""What each field says where it is not known. A reason that is null is the known fact that there is none."""
LOOKS_FOR_WHAT_IS_NOT_GIVEN = {
    "P7-INITIATOR-UNKNOWN": {"initiated_by"},
    "P4-DURATION-UNKNOWN": {"ended_at"},
    "X-UNMAPPED-CODE": {
        "request_reason", "conduct", "code", "actions", "alternatives_tried", "modifications", "made",
    },
}  # fmt: skip
"""Rules that may decide by a field's absence: a code that is not given is known to map to nothing."""


def codes(list_name: str) -> st.SearchStrategy[str]:
    """Any code of a closed list."""
    return st.sampled_from(sorted(code_list(list_name)))


YES_NO, TIMES = codes("yes_no"), st.sampled_from([None, MORNING])
LOCAL_CODES = st.sampled_from([None, (), ("unknown",), ("local",), ("unknown", "local")])
REASONS = st.none() | st.builds(Reason, code=st.sampled_from([None, "unknown", "local"]), text=codes("text_presence"))
ACTIONS = st.builds(
    action,
    codes("action_type"),
    person_number=st.sampled_from([None, 1, 2]),
    started_at=TIMES,
    ended_at=TIMES,
    directed_by=codes("directed_by"),
    purpose=codes("action_purpose"),
    legal_basis=REASONS,
    alternatives_tried=LOCAL_CODES,
    alternatives_not_possible_reason=REASONS,
    age_considered=YES_NO,
    size_considered=YES_NO,
    in_public_view=YES_NO,
    view_not_possible_reason=REASONS,
    transport=st.none() | st.builds(Transport, used=YES_NO, in_peer_view=st.none() | YES_NO),
    modifications=st.none() | st.builds(Modifications, needed=YES_NO, made=LOCAL_CODES, reason_none=REASONS),
)
CONDUCT = st.builds(Conduct, scheme=codes("conduct_scheme"), code=st.sampled_from([None, "dress_code", "local", "13B"]))
ANSWERS = st.fixed_dictionaries(
    {
        "contact_type": codes("contact_type"),
        "occurred_precision": codes("occurred_precision"),
        "documented_on_duty": YES_NO,
        "status": codes("incident_status"),
        "school_id": st.sampled_from([None, "990000100001"]),
        "on_school_grounds": YES_NO,
        "initiated_by": codes("initiated_by"),
        "request_reason": st.sampled_from([None, "fight", "local"]),
        "threat": st.none() | st.lists(codes("threat"), max_size=2).map(tuple),
        "conduct": st.none() | st.lists(CONDUCT, max_size=2).map(lambda several: numbered(several, "conduct_number")),
        "people": st.none()
        | st.builds(lambda one, two: (person(1, disability=one), person(2, disability=two)), YES_NO, YES_NO),
        "actions": st.none() | st.lists(ACTIONS, max_size=2).map(lambda several: numbered(several, "action_number")),
        "outcomes": st.none() | st.lists(codes("outcome_type"), max_size=2).map(lambda types: outcomes(*types)),
        "detention_documentation": st.sampled_from([None, (), (documentation(),)]),
    }
)
JUDGEMENT = st.fixed_dictionaries(
    {
        "would_require_911": codes("judgement_answer"),
        "school_involving_sro_appropriate": codes("judgement_party_answer"),
    }
)
CLOCKS = (("P4-DETENTION-DOC", None), ("P4-SHARE", None), ("P7-REVIEW-BOTH", "agency"), ("P7-REVIEW-BOTH", "school"))


def numbered(elements: list[Said], field: str) -> tuple[Said, ...]:
    """The elements with their positions for numbers."""
    return tuple(element.model_copy(update={field: number}) for number, element in enumerate(elements, 1))


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """What may be known of a contact, in any mixture."""
    clocks: list[Clock] = [clock(kind, detail, started_at=draw(TIMES)) for kind, detail in CLOCKS]
    around = {
        "accepted_at": MORNING + timedelta(days=draw(st.sampled_from([1, 30, 31, 32]))),
        "now": NOON + timedelta(days=draw(st.integers(0, 1))),
        "judgements": {side: judgement(side, **draw(JUDGEMENT)) for side in ("agency", "school")},
        "clocks": clocks,
        "neighbours": draw(st.sampled_from([None, (), ("26-000102",)])),
    }
    return facts(around=around, **draw(ANSWERS))


def with_one_unknown(said: Said) -> Iterator[tuple[str, Said]]:
    """The same with one answer less, at any depth, once for each answer; with the field that lost it."""
    for field, value in said:
        if field in UNKNOWN and value != UNKNOWN[field]:
            yield field, said.model_copy(update={field: UNKNOWN[field]})
        if isinstance(value, Contract) and not isinstance(value, Reason):
            for lost, less in with_one_unknown(value):
                yield lost, said.model_copy(update={field: less})
        elif isinstance(value, tuple):
            for at, element in enumerate(value):
                for lost, less in with_one_unknown(element) if isinstance(element, Contract) else ():
                    yield lost, said.model_copy(update={field: (*value[:at], less, *value[at + 1 :])})


def known_less(known: Facts) -> Iterator[tuple[str, Facts]]:
    """The same facts with one answer less, of the record or of a judgement."""
    for field, incident in with_one_unknown(known.incident):
        yield field, replace(known, incident=incident)
    for side, judged in known.judgements.items():
        for field, less in with_one_unknown(judged):
            yield field, replace(known, judgements={**known.judgements, side: less})


def decided(rule: Rule, known: Facts) -> Any:
    """What the rule says, yes or no; None where it does not know."""
    truth = rule.raised_by(case_of(known, Limits()))
    return None if isinstance(truth, Unknown) else type(truth)


@given(any_facts(), st.data())
def test_an_answer_less_leaves_a_rule_open_or_as_it_was(known: Facts, data: st.DataObject) -> None:
    field, less = data.draw(st.sampled_from(list(known_less(known))))
    for rule in RULES:
        if field not in LOOKS_FOR_WHAT_IS_NOT_GIVEN.get(rule.code, ()):
            assert decided(rule, less) in (None, decided(rule, known)), f"{rule.code} without {field}"
