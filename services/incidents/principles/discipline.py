"""P3: school discipline is the school's. Was the officer drawn into it?"""

from services.incidents.principles.case import Case
from services.incidents.principles.rule import Rule
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement
from shared.findings.flag_code import OFFICER_AGENCY_SCHOOL, Reader
from shared.findings.truth import Truth, Unknown, all_of, any_of, equals, negated

ADMINISTRATION_OF_DISCIPLINE = (
    "The administration of student discipline, including student code of conduct violations and misbehavior "
    "(such as profanity or dress code violations) is the responsibility of school administrators and teachers."
)
SIDES = ("agency", "school")


def _returned(incident: Incident) -> Truth:
    """Whether the matter went back to the school. Where no outcome is named it is not known."""
    if not incident.outcomes:
        return Unknown(("/outcomes",))
    outcomes = enumerate(incident.outcomes, 1)
    return any_of(*[equals(one.type, "returned_to_school", f"/outcomes/{number}/type") for number, one in outcomes])


def discipline(case: Case) -> Truth:
    """A school's rule was enforced; or a matter for the school was not handed back, or the law's powers used on it."""
    kept = any_of(case.enforced, negated(_returned(case.incident), "/outcomes"))
    return any_of(case.school_rule_enforced, all_of(case.of_the_school, kept))


def handed_back(case: Case) -> Truth:
    """A matter for the school went back to it, and neither law nor school rule was enforced."""
    nothing_enforced = negated(any_of(case.enforced, case.school_rule_enforced), "/actions")
    return all_of(case.of_the_school, nothing_enforced, _returned(case.incident))


def directed_by_school(case: Case) -> Truth:
    """School staff called for a matter for the school."""
    return all_of(equals(case.incident.initiated_by, "school_personnel", "/initiated_by"), case.of_the_school)


def without_threat(case: Case) -> Truth:
    """An incident without a threat and without an offence."""
    not_criminal = negated(case.criminal, "/conduct")
    return all_of(case.no_threat, not_criminal, equals(case.incident.contact_type, "incident", "/contact_type"))


def outside_scope(case: Case) -> Truth:
    """A side judged that nobody would have had to call 911. What a side has not judged is not known."""
    unneeded = any_of(*[_unneeded(side, case.facts.judgements.get(side)) for side in SIDES])
    return all_of(unneeded, equals(case.incident.contact_type, "incident", "/contact_type"))


def school_rule_enforced(case: Case) -> Truth:
    """Some action enforced a school's rule or imposed its sanction."""
    return case.school_rule_enforced


def _unneeded(side: str, judgement: Judgement | None) -> Truth:
    answer = judgement.would_require_911 if judgement else None
    return equals(answer, "no", f"/judgements/{side}/would_require_911")


DISCIPLINE_RULES = (
    Rule(
        code="P3-DISCIPLINE",
        severity="M",
        principle="P3",
        sentence=ADMINISTRATION_OF_DISCIPLINE,
        found="The officer took part in school discipline: enforced a school's rule, imposed its sanction, or, in a "
        "matter of the code of conduct alone and without a threat, used the law's powers or did not hand it back.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=discipline,
    ),
    Rule(
        code="P3-DISCIPLINE",
        detail="handed_back",
        severity="I",
        principle="P3",
        sentence=ADMINISTRATION_OF_DISCIPLINE,
        found="The officer was drawn into a matter of the code of conduct and handed it back to the school: the right "
        "ending of a wrong call.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=handed_back,
    ),
    Rule(
        code="P3-DIRECTED-BY-SCHOOL",
        severity="M",
        principle="P3",
        sentence="SROs should not be involved in disciplining students or be directed to resolve student issues that "
        "would otherwise be the responsibility of a teacher or school administrator or subject to the school's "
        "internal discipline procedures or school code of conduct.",
        found="School staff called the officer for a matter of the code of conduct alone, without a threat.",
        seen_by=(Reader.AGENCY, Reader.SCHOOL, Reader.DISTRICT),
        raised_by=directed_by_school,
    ),
    Rule(
        code="P3-NO-THREAT",
        severity="M",
        principle="P3",
        sentence="SROs should not respond to incidents that do not pose a threat to safety or involve typical student "
        "behavior that can be safely and appropriately handled by a school's internal disciplinary procedures.",
        found="The officer responded to an incident without a threat and without an offence.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=without_threat,
    ),
    Rule(
        code="P3-OUTSIDE-SCOPE-911",
        severity="M",
        principle="P3",
        sentence="any matter that would not require a school to call 911 for service is outside the scope of SROs' "
        "law enforcement duties",
        found="A side judged that, had there been no officer at the school, nobody would have had to call 911.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=outside_scope,
    ),
    Rule(
        code="P3-RULE-ENFORCED",
        severity="M",
        principle="P3",
        sentence="SROs should therefore not enforce compliance with school rules.",
        found="The officer enforced a school's rule or imposed its sanction.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=school_rule_enforced,
    ),
)
