"""One record before the rules: its facts, the limits, and what several rules ask, found out once."""

from dataclasses import dataclass

from services.incidents.principles.actions import ENFORCEMENT, RESTRICTIVE, SCHOOL_RULES
from services.incidents.principles.facts import Facts
from services.incidents.principles.limits import Limits
from services.incidents.principles.truth import some_action
from shared.contracts.incidents import Incident
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes, all_of, any_of, equals

NO_THREAT = frozenset({"none"})


@dataclass(frozen=True, slots=True)
class Case:
    """A record to be judged."""

    facts: Facts
    limits: Limits
    incident: Incident
    criminal: Truth
    """Whether an offence is alleged (P3)."""
    no_threat: Truth
    """Whether there was no threat (P3)."""
    of_the_school: Truth
    """Whether all that is alleged is a matter of the school's code of conduct, and there was no threat (P3)."""
    school_rule_enforced: Truth
    """Whether an officer enforced a school's rule or imposed its sanction (P3)."""
    enforced: Truth
    """Whether an officer used the powers of the law (P3, P4)."""
    detained: Truth
    """Whether somebody was held or forced on school grounds (P4)."""


def case_of(facts: Facts, limits: Limits) -> Case:
    """The case that these facts make."""
    incident = facts.incident
    unthreatened = no_threat(incident)
    restricted = some_action(incident, RESTRICTIVE)
    return Case(
        facts=facts,
        limits=limits,
        incident=incident,
        criminal=criminal(incident),
        no_threat=unthreatened,
        of_the_school=all_of(code_only(incident), unthreatened),
        school_rule_enforced=some_action(incident, SCHOOL_RULES),
        enforced=some_action(incident, ENFORCEMENT),
        detained=all_of(restricted, equals(incident.on_school_grounds, "yes", "/on_school_grounds")),
    )


def code_only(incident: Incident) -> Truth:
    """Whether some conduct is alleged and each of it is a matter of a code of conduct (P3)."""
    if incident.conduct is None:
        return Unknown(("/conduct",))
    if not incident.conduct:
        return NO
    return all_of(*[equals(one.scheme, "code_of_conduct", _scheme(one.conduct_number)) for one in incident.conduct])


def criminal(incident: Incident) -> Truth:
    """Whether some conduct is alleged to be an offence (P3)."""
    if incident.conduct is None:
        return Unknown(("/conduct",))
    return any_of(*[equals(one.scheme, "nibrs", _scheme(one.conduct_number)) for one in incident.conduct])


def no_threat(incident: Incident) -> Truth:
    """Whether there was no threat to anybody or anything: exactly `none` is said, or an empty list (P3)."""
    threats = incident.threat
    if threats is None or NOT_KNOWN in threats:
        return Unknown(("/threat",))
    return Yes(("/threat",)) if NO_THREAT.issuperset(threats) else NO


def _scheme(conduct_number: int | None) -> str:
    return f"/conduct/{conduct_number}/scheme"
