"""P0: what a school resource officer is (34 U.S.C. 10389(4))."""

from collections.abc import Iterator

from services.training.principles.dossier import SRO_CATEGORIES, Case, in_force
from services.training.principles.rule import Rule, Verdict
from shared.contracts.training import OfficerReport, StandingAsSro
from shared.findings.flag_code import Reader
from shared.findings.truth import Truth, Unknown, any_of, equals

ELEMENTS = ("career", "sworn", "community_policing", "assigned_by_employer")
"""Fields of an officer that are the four elements of the statute."""
DEFINITION = (
    "According to federal statute, a school resource officer is “a career law enforcement officer, with sworn "
    "authority, deployed in community-oriented policing, and assigned by the employing police department or agency to "
    "work in collaboration with schools and community-based organizations"
)


def standing_as_sro(officer: OfficerReport | None) -> StandingAsSro:
    """Whether an officer is an SRO by the statute's four elements, with those that fail and those not known (P0).

    Who is one, and is a security officer, an off-duty officer or a volunteer at a school, is still in no count of SROs.
    """
    answers = {element: getattr(officer, element, "unknown") for element in ELEMENTS}
    failed = tuple(element for element, answer in answers.items() if answer == "no")
    not_known = tuple(element for element, answer in answers.items() if answer == "unknown")
    is_sro = "no" if failed else "unknown" if not_known else "yes"
    is_counted = is_sro == "yes" and officer is not None and officer.personnel_category in SRO_CATEGORIES
    return StandingAsSro(is_sro=is_sro, elements_failed=failed, elements_not_known=not_known, counted_as_sro=is_counted)


def not_an_sro(case: Case) -> Iterator[Verdict]:
    """An assignment is in force, and an element of the statute does not hold."""
    lacking = _element_lacking(case)
    for one in case.dossier.assignments:
        if in_force(one, case.today):
            yield Verdict("assignment", one.assignment_number, lacking)


def _element_lacking(case: Case) -> Truth:
    officer = case.dossier.officer
    if officer is None:
        return Unknown(("/officer",))
    return any_of(*[equals(getattr(officer, element), "no", f"/officer/{element}") for element in ELEMENTS])


DEFINITION_RULES = (
    Rule(
        code="P0-NOT-AN-SRO",
        severity="M",
        principle="P0",
        sentence=DEFINITION,
        found="An officer is assigned to schools who is no SRO by the statute: one of its four elements does not hold.",
        seen_by=(Reader.AGENCY, Reader.DISTRICT),
        judged=not_an_sro,
        of_sros=False,
    ),
)
