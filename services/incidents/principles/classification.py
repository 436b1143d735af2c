"""P3: what kind of contact it was, for an officer or for the school."""

from functools import lru_cache

from services.incidents.principles.case import Case
from shared.contracts.conclusions import Classification
from shared.findings.truth import NOT_KNOWN, Yes

NEITHER_A_THREAT = frozenset({"none", NOT_KNOWN})


def classification(case: Case) -> Classification:
    """What kind of contact it was, and the pointers that this rests on: the first kind that holds on known facts.

    Source: P3. A service and an engagement are what the officer says; then an offence, then a threat, and only then,
    if all that is alleged is a matter of the code of conduct and there was no threat, it is school discipline.
    """
    incident = case.incident
    if incident.contact_type in ("service", "engagement"):
        return _classified(incident.contact_type, ("/contact_type",))
    if isinstance(case.criminal, Yes):
        return _classified("criminal", case.criminal)
    if not NEITHER_A_THREAT.issuperset(incident.threat or ()):
        return _classified("safety_threat", ("/threat",))
    if isinstance(case.of_the_school, Yes):
        return _classified("school_discipline", case.of_the_school)
    return _classified("undetermined", ("/contact_type", "/conduct", "/threat"))


@lru_cache(maxsize=1_000)
def _classified(value: str, inputs: tuple[str, ...]) -> Classification:
    return Classification(value=value, inputs=inputs)
