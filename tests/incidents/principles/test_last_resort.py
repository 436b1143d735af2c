"""P4: which use of the law's powers is flagged, and which is not."""

from datetime import timedelta
from typing import Any

import pytest

from services.incidents.principles.actions import (
    CUSTODY,
    DETAIN_ARREST_TICKET,
    ENFORCEMENT,
    RESTRICTIVE,
    SCHOOL_RULES,
    TIMELESS,
)
from services.incidents.principles.facts import Facts
from shared.contracts.clocks import Clock
from shared.contracts.codes import code_list
from shared.contracts.incidents import Modifications, Reason, Transport
from tests.incidents.principles.records import (
    CLEAR,
    GIVEN,
    MORNING,
    NOON,
    RAISED,
    UNDETERMINED,
    Example,
    action,
    clock,
    documentation,
    facts,
    person,
    verdict,
)

UNTRIED: dict[str, Any] = {"alternatives_tried": ()}
INVESTIGATED: dict[str, Any] = {"purpose": "investigation"}
SEEN: dict[str, Any] = {"in_public_view": "yes"}
DRIVEN_BEFORE_ALL: dict[str, Any] = {"transport": Transport(used="yes", in_peer_view="yes")}
DISABLED = (person(disability="yes"),)
DUE = clock("P4-DETENTION-DOC").due_at or NOON
AN_INSTANT = timedelta.resolution


def needed(*made: str, **changes: Any) -> Modifications:
    """Modifications that were needed, and those made."""
    return Modifications(needed="yes", made=made, **changes)


def detained(*clocks: Clock, now: Any = NOON, **changes: Any) -> Facts:
    """A detention with its clocks, as it stands at a moment."""
    return facts(changes.pop("action", action()), around={"clocks": clocks, "now": now}, **changes)


EXAMPLES = [
    Example("P4-NO-ALTERNATIVE", "detained at once", RAISED, facts(action(**UNTRIED))),
    Example("P4-NO-ALTERNATIVE", "ticketed at once", RAISED, facts(action("ticket", **UNTRIED))),
    Example("P4-NO-ALTERNATIVE", "the second action of two", RAISED, facts(action(), action("frisk", 2, **UNTRIED))),
    Example("P4-NO-ALTERNATIVE", "an empty reason", RAISED,
            facts(action(**UNTRIED, alternatives_not_possible_reason=Reason()))),
    Example("P4-NO-ALTERNATIVE", "words first", CLEAR, facts(action())),
    Example("P4-NO-ALTERNATIVE", "searched at once", CLEAR, facts(action("search_person", **UNTRIED))),
    Example("P4-NO-ALTERNATIVE", "with a reason in words", CLEAR,
            facts(action(**UNTRIED, alternatives_not_possible_reason=GIVEN))),
    Example("P4-NO-ALTERNATIVE", "with a coded reason", CLEAR,
            facts(action(**UNTRIED, alternatives_not_possible_reason=Reason(code="weapon_drawn")))),
    Example("P4-NO-ALTERNATIVE", "what was tried is not known", UNDETERMINED, facts(action(alternatives_tried=None))),
    Example("P4-NO-ALTERNATIVE", "what was tried is unknown", UNDETERMINED,
            facts(action(alternatives_tried=("unknown",)))),
    Example("P4-NO-ALTERNATIVE", "something was tried, and something unknown", CLEAR,
            facts(action(alternatives_tried=("unknown", "mediation")))),
    Example("P4-NO-ALTERNATIVE", "a reason of unknown kind, in words", CLEAR,
            facts(action(**UNTRIED, alternatives_not_possible_reason=Reason(code="unknown", text="given")))),
    Example("P4-NO-ALTERNATIVE", "the reason is unknown", UNDETERMINED,
            facts(action(**UNTRIED, alternatives_not_possible_reason=Reason(code="unknown")))),
    Example("P4-NO-ALTERNATIVE", "one known, one not", UNDETERMINED,
            facts(action(), action("arrest", 2, alternatives_tried=None))),

    Example("P4-DURATION-UNKNOWN", "closed, and no end", RAISED, facts(action(ended_at=None))),
    Example("P4-DURATION-UNKNOWN", "restrained and held", RAISED,
            facts(action(), action("physical_restraint", 2, ended_at=None))),
    Example("P4-DURATION-UNKNOWN", "still open", CLEAR, facts(action(ended_at=None), status="open")),
    Example("P4-DURATION-UNKNOWN", "with its end", CLEAR, facts(action())),
    *[
        Example("P4-DURATION-UNKNOWN", f"no end of {one}", CLEAR, facts(action(one, ended_at=None)))
        for one in sorted(TIMELESS)
    ],
    Example("P4-DURATION-UNKNOWN", "no end of a search", CLEAR, facts(action("search_person", ended_at=None))),
    Example("P4-DURATION-UNKNOWN", "open or closed is not known", UNDETERMINED,
            facts(action(ended_at=None), status="unknown")),

    *[Example("P4-NOT-FOR-SAFETY", one, RAISED, facts(action(one, **INVESTIGATED))) for one in sorted(RESTRICTIVE)],
    Example("P4-NOT-FOR-SAFETY", "as a sanction", RAISED, facts(action(purpose="sanction"))),
    Example("P4-NOT-FOR-SAFETY", "for safety", CLEAR, facts(action())),
    Example("P4-NOT-FOR-SAFETY", "for care", CLEAR, facts(action(purpose="medical"))),
    Example("P4-NOT-FOR-SAFETY", "with a legal basis", CLEAR, facts(action(**INVESTIGATED, legal_basis=GIVEN))),
    Example("P4-NOT-FOR-SAFETY", "an interrogation", CLEAR, facts(action("interrogation", **INVESTIGATED))),
    Example("P4-NOT-FOR-SAFETY", "purpose unknown", UNDETERMINED, facts(action(purpose="unknown"))),
    Example("P4-NOT-FOR-SAFETY", "purpose unknown, with a legal basis", CLEAR,
            facts(action(purpose="unknown", legal_basis=GIVEN))),

    Example("P4-SOLELY-SCHOOL-DIRECTED", "told to", RAISED, facts(action(directed_by="school_administrator"))),
    Example("P4-SOLELY-SCHOOL-DIRECTED", "agreed on", CLEAR, facts(action(directed_by="sro_and_school"))),
    Example("P4-SOLELY-SCHOOL-DIRECTED", "told to talk", CLEAR,
            facts(action("conversation", directed_by="school_administrator"))),
    Example("P4-SOLELY-SCHOOL-DIRECTED", "not known by whom", UNDETERMINED, facts(action(directed_by="unknown"))),

    Example("P4-AGE-SIZE-NOT-CONSIDERED", "age", RAISED, facts(action(age_considered="no", size_considered="unknown"))),
    Example("P4-AGE-SIZE-NOT-CONSIDERED", "size", RAISED, facts(action("ticket", size_considered="no"))),
    Example("P4-AGE-SIZE-NOT-CONSIDERED", "both were", CLEAR, facts(action("arrest"))),
    Example("P4-AGE-SIZE-NOT-CONSIDERED", "handcuffed", CLEAR, facts(action("handcuff", age_considered="no"))),
    Example("P4-AGE-SIZE-NOT-CONSIDERED", "one is unknown", UNDETERMINED, facts(action(age_considered="unknown"))),

    Example("P4-NO-MODIFICATION", "perceived disability", RAISED, facts(action(), people=DISABLED)),
    Example("P4-NO-MODIFICATION", "one person twice", RAISED, facts(action(), action("arrest", 2), people=DISABLED)),
    Example("P4-NO-MODIFICATION", "needed, not perceived", RAISED, facts(action("citation", modifications=needed()))),
    Example("P4-NO-MODIFICATION", "needed, nobody listed", RAISED,
            facts(action(modifications=needed(), person_number=None))),
    Example("P4-NO-MODIFICATION", "one was made", CLEAR,
            facts(action(modifications=needed("quiet_room")), people=DISABLED)),
    Example("P4-NO-MODIFICATION", "a reason why not", CLEAR, facts(action(modifications=needed(reason_none=GIVEN)))),
    Example("P4-NO-MODIFICATION", "a conversation", CLEAR, facts(action("conversation"), people=DISABLED)),
    Example("P4-NO-MODIFICATION", "another person's disability", CLEAR,
            facts(action(), people=(person(), person(2, disability="yes")))),
    Example("P4-NO-MODIFICATION", "disability unknown", UNDETERMINED,
            facts(action(), people=(person(disability="unknown"),))),
    Example("P4-NO-MODIFICATION", "to whom is not known", UNDETERMINED, facts(action(person_number=None))),
    Example("P4-NO-MODIFICATION", "modifications not known", UNDETERMINED,
            facts(action(modifications=None), people=DISABLED)),
    Example("P4-NO-MODIFICATION", "made is not known", UNDETERMINED,
            facts(action(modifications=Modifications(needed="yes", made=None)))),

    Example("P4-PUBLIC-VIEW", "handcuffed in the hallway", RAISED, facts(action("handcuff", **SEEN))),
    Example("P4-PUBLIC-VIEW", "in an office", CLEAR, facts(action())),
    Example("P4-PUBLIC-VIEW", "with a reason", CLEAR, facts(action(**SEEN, view_not_possible_reason=GIVEN))),
    Example("P4-PUBLIC-VIEW", "a frisk is no custody", CLEAR, facts(action("frisk", **SEEN))),
    Example("P4-PUBLIC-VIEW", "not known", UNDETERMINED, facts(action(in_public_view="unknown"))),
    Example("P4-PUBLIC-VIEW", "what was done is not known", UNDETERMINED, facts(actions=None)),

    Example("P4-TRANSPORT-IN-VIEW", "driven off before all", RAISED, facts(action("arrest", **DRIVEN_BEFORE_ALL))),
    Example("P4-TRANSPORT-IN-VIEW", "an escort by car", RAISED, facts(action("escort", **DRIVEN_BEFORE_ALL))),
    Example("P4-TRANSPORT-IN-VIEW", "by the back door", CLEAR,
            facts(action(transport=Transport(used="yes", in_peer_view="no")))),
    Example("P4-TRANSPORT-IN-VIEW", "nobody driven", CLEAR, facts(action())),
    Example("P4-TRANSPORT-IN-VIEW", "with a reason", CLEAR,
            facts(action(**DRIVEN_BEFORE_ALL, view_not_possible_reason=GIVEN))),
    Example("P4-TRANSPORT-IN-VIEW", "transport not known", UNDETERMINED, facts(action(transport=None))),
    Example("P4-TRANSPORT-IN-VIEW", "driven, who saw is not known", UNDETERMINED,
            facts(action(transport=Transport(used="yes")))),

    Example("P4-PUNITIVE", "held as a sanction", RAISED, facts(action(purpose="sanction"))),
    Example("P4-PUNITIVE", "held for safety", CLEAR, facts(action())),
    Example("P4-PUNITIVE", "cited as a sanction", CLEAR, facts(action("citation", purpose="sanction"))),
    Example("P4-PUNITIVE", "purpose unknown", UNDETERMINED, facts(action(purpose="unknown"))),

    Example("P4-UNDOCUMENTED", "the moment after", RAISED, detained(clock("P4-DETENTION-DOC"), now=DUE + AN_INSTANT)),
    Example("P4-UNDOCUMENTED", "the last moment", CLEAR, detained(clock("P4-DETENTION-DOC"), now=DUE)),
    Example("P4-UNDOCUMENTED", "documented late", CLEAR,
            detained(clock("P4-DETENTION-DOC", met_at=DUE + AN_INSTANT), now=DUE + timedelta(days=1))),
    Example("P4-UNDOCUMENTED", "the moment before it began", CLEAR,
            detained(clock("P4-DETENTION-DOC"), now=MORNING - AN_INSTANT)),
    Example("P4-UNDOCUMENTED", "off school grounds", CLEAR, detained(now=DUE + AN_INSTANT, on_school_grounds="no")),
    Example("P4-UNDOCUMENTED", "nobody detained", CLEAR, detained(action=action("conversation"))),
    Example("P4-UNDOCUMENTED", "on school grounds is not known", UNDETERMINED, detained(on_school_grounds="unknown")),
    Example("P4-UNDOCUMENTED", "when is not known", UNDETERMINED,
            detained(clock("P4-DETENTION-DOC", started_at=None), action=action(started_at=None))),
    Example("P4-UNDOCUMENTED", "what was done is not known", UNDETERMINED, facts(actions=None)),

    Example("P4-NOT-SHARED", "the moment after", RAISED, detained(clock("P4-SHARE"), now=DUE + AN_INSTANT)),
    Example("P4-NOT-SHARED", "the last moment", CLEAR, detained(clock("P4-SHARE"), now=DUE)),
    Example("P4-NOT-SHARED", "nothing to share yet", CLEAR, detained(clock("P4-SHARE", started_at=None))),
    Example("P4-NOT-SHARED", "acknowledged", CLEAR,
            detained(clock("P4-SHARE", met_at=MORNING + timedelta(hours=1)), now=DUE + AN_INSTANT)),
    Example("P4-NOT-SHARED", "documentation not known", UNDETERMINED, detained(detention_documentation=None)),
    Example("P4-NOT-SHARED", "on school grounds is not known", UNDETERMINED,
            detained(detention_documentation=(documentation(),), on_school_grounds="unknown")),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_last_resort(example: Example) -> None:
    assert example.judged() == example.verdict


def test_a_sanction_alone_decides_though_all_else_is_unknown() -> None:
    punished = action(
        "handcuff", purpose="sanction", person_number=None, started_at=None, ended_at=None, alternatives_tried=None
    )
    assert verdict("P4-PUNITIVE", facts(action("unknown"), punished.model_copy(update={"action_number": 2}))) == RAISED


def test_every_kind_of_action_that_a_rule_names_is_in_the_closed_list() -> None:
    named = ENFORCEMENT | RESTRICTIVE | TIMELESS | CUSTODY | DETAIN_ARREST_TICKET | SCHOOL_RULES
    assert named <= code_list("action_type").keys()
    assert TIMELESS | CUSTODY <= RESTRICTIVE < ENFORCEMENT
