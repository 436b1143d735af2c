"""P4: the law's powers are a last resort, for safety alone, out of sight, and documented."""

from collections.abc import Callable, Collection

from services.incidents.principles.actions import (
    CUSTODY,
    DETAIN_ARREST_TICKET,
    ENFORCEMENT,
    EVERY_TYPE,
    RESTRICTIVE,
    TIMED,
)
from services.incidents.principles.case import Case
from services.incidents.principles.deadlines import state_of_clock
from services.incidents.principles.rule import Rule
from services.incidents.principles.truth import none_given, some_action
from shared.contracts.incidents import Action, Incident
from shared.findings.flag_code import OFFICER_AGENCY_SCHOOL, Reader
from shared.findings.truth import NO, Truth, Unknown, Yes, all_of, any_of, equals, none_listed, outside

SAFETY = frozenset({"safety", "medical"})


def some(types: Collection[str], holds: Callable[[Action, str], Truth]) -> Callable[[Case], Truth]:
    """Raised by a record with some action of these types of which this holds."""
    return lambda case: some_action(case.incident, types, holds)


def nothing_tried(action: Action, here: str) -> Truth:
    """Nothing was tried first, and no reason was given."""
    reason = none_given(action.alternatives_not_possible_reason, f"{here}/alternatives_not_possible_reason")
    return all_of(none_listed(action.alternatives_tried, f"{here}/alternatives_tried"), reason)


def end_unknown(action: Action, here: str) -> Truth:
    """Its end is not known: here the unknown is what is looked for."""
    return NO if action.ended_at else Yes((f"{here}/ended_at",))


def not_for_safety(action: Action, here: str) -> Truth:
    """It was for neither safety nor care, and no legal basis was given."""
    purpose = outside(action.purpose, SAFETY, f"{here}/purpose")
    return all_of(purpose, none_given(action.legal_basis, f"{here}/legal_basis"))


def directed_by_administrator(action: Action, here: str) -> Truth:
    """A school administrator directed it, alone."""
    return equals(action.directed_by, "school_administrator", f"{here}/directed_by")


def not_considered(action: Action, here: str) -> Truth:
    """The person's age or size was not considered."""
    return any_of(
        equals(action.age_considered, "no", f"{here}/age_considered"),
        equals(action.size_considered, "no", f"{here}/size_considered"),
    )


def seen(action: Action, here: str) -> Truth:
    """It was done in public view, and no reason was given."""
    reason = none_given(action.view_not_possible_reason, f"{here}/view_not_possible_reason")
    return all_of(equals(action.in_public_view, "yes", f"{here}/in_public_view"), reason)


def transport_seen(action: Action, here: str) -> Truth:
    """The person was taken away before the eyes of other students, and no reason was given."""
    transport = action.transport
    if transport is None:
        return Unknown((f"{here}/transport",))
    return all_of(
        equals(transport.used, "yes", f"{here}/transport/used"),
        equals(transport.in_peer_view, "yes", f"{here}/transport/in_peer_view"),
        none_given(action.view_not_possible_reason, f"{here}/view_not_possible_reason"),
    )


def punitive(action: Action, here: str) -> Truth:
    """It was meant as a sanction."""
    return equals(action.purpose, "sanction", f"{here}/purpose")


def length_unknown(case: Case) -> Truth:
    """The matter is closed, and nobody said how long a restrictive action took."""
    closed = equals(case.incident.status, "closed", "/status")
    return all_of(closed, some_action(case.incident, TIMED, end_unknown))


def not_modified(case: Case) -> Truth:
    """A person with a disability was dealt with, no modification was made, and no reason was given."""

    def holds(action: Action, here: str) -> Truth:
        modifications = action.modifications
        if modifications is None:
            return Unknown((f"{here}/modifications",))
        needed = equals(modifications.needed, "yes", f"{here}/modifications/needed")
        return all_of(
            any_of(_disability(case.incident, action, here), needed),
            none_listed(modifications.made, f"{here}/modifications/made"),
            none_given(modifications.reason_none, f"{here}/modifications/reason_none"),
        )

    return some_action(case.incident, ENFORCEMENT, holds)


def _disability(incident: Incident, action: Action, here: str) -> Truth:
    """Whether the officer perceived a disability of the person that the action was done to."""
    for person in incident.people or ():
        if person.person_number == action.person_number:
            perceived = person.perceived.disability if person.perceived else None
            return equals(perceived, "yes", f"/people/{person.person_number}/perceived/disability")
    return Unknown((f"{here}/person_number",))


def undocumented(case: Case) -> Truth:
    """Somebody was detained on school grounds, and documentation is overdue."""
    if not isinstance(case.detained, Yes):
        return case.detained
    restrictive = [action for action in case.incident.actions or () if action.type in RESTRICTIVE]
    begun = Yes(f"/actions/{action.action_number}/started_at" for action in restrictive if action.started_at)
    state = state_of_clock(case, "P4-DETENTION-DOC")
    if state == "overdue":
        return all_of(case.detained, begun)
    if state == "not_started" and not begun:
        return Unknown(f"/actions/{action.action_number}/started_at" for action in restrictive)
    return NO


def not_shared(case: Case) -> Truth:
    """Somebody was detained on school grounds, and the school has not had the completed documentation in time."""
    if not isinstance(case.detained, Yes):
        return case.detained
    if state_of_clock(case, "P4-SHARE") == "overdue":
        return Yes((*case.detained, "/detention_documentation"))
    return Unknown(("/detention_documentation",)) if case.incident.detention_documentation is None else NO


ONLY_FOR_SAFETY = (
    "Restraining a student or placing a student in physical custody for any length of time via wrist restraints, "
    "frisking, community separation, or other means should only be done to ensure the safety of everyone at the "
    "school campus and consistent with applicable laws."
)
DEESCALATION_FIRST = (
    "Prior to detaining, arresting, or ticketing a student, SROs should use all other appropriate de-escalation "
    "techniques and account for the age and size of the student."
)

LAST_RESORT_RULES = (
    Rule(
        code="P4-NO-ALTERNATIVE",
        severity="H",
        principle="P4",
        sentence=DEESCALATION_FIRST,
        found="Nothing was tried before somebody was held, forced or ticketed, and no reason says why.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=some(RESTRICTIVE | {"ticket"}, nothing_tried),
    ),
    Rule(
        code="P4-DURATION-UNKNOWN",
        severity="I",
        principle="P4",
        sentence=ONLY_FOR_SAFETY,
        found="The matter is closed, and how long somebody was held is not known.",
        seen_by=(Reader.OFFICER, Reader.AGENCY),
        raised_by=length_unknown,
    ),
    Rule(
        code="P4-NOT-FOR-SAFETY",
        severity="H",
        principle="P4",
        sentence=ONLY_FOR_SAFETY,
        found="Somebody was held or forced for neither safety nor care, and no legal basis was given.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=some(RESTRICTIVE, not_for_safety),
    ),
    Rule(
        code="P4-SOLELY-SCHOOL-DIRECTED",
        severity="H",
        principle="P4",
        sentence="SROs should not detain students solely on the direction of a school administrator.",
        found="Somebody was held or forced on the direction of a school administrator alone.",
        seen_by=(*OFFICER_AGENCY_SCHOOL, Reader.DISTRICT),
        raised_by=some(RESTRICTIVE, directed_by_administrator),
    ),
    Rule(
        code="P4-AGE-SIZE-NOT-CONSIDERED",
        severity="M",
        principle="P4",
        sentence=DEESCALATION_FIRST,
        found="Somebody was detained, arrested or ticketed, and their age or size was not considered.",
        seen_by=(Reader.OFFICER, Reader.AGENCY),
        raised_by=some(DETAIN_ARREST_TICKET, not_considered),
    ),
    Rule(
        code="P4-NO-MODIFICATION",
        severity="H",
        principle="P4",
        sentence="When interacting with young people with disabilities, SROs must also make reasonable modifications "
        "to policies and practices when necessary to avoid disability discrimination.",
        found="The law was enforced on a person with a disability or in need of a modification, none was made, and no "
        "reason says why.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=not_modified,
    ),
    Rule(
        code="P4-PUBLIC-VIEW",
        severity="M",
        principle="P4",
        sentence="In situations that require immediate action—where a student is at serious risk of harming self or "
        "others—the student should be removed from public view prior to being placed in custody, if possible, to "
        "avoid the stigma associated with arrest.",
        found="Somebody was taken into custody in public view, and no reason says why.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=some(CUSTODY, seen),
    ),
    Rule(
        code="P4-TRANSPORT-IN-VIEW",
        severity="M",
        principle="P4",
        sentence="If transport is necessary, the student should be placed in a police vehicle outside the view of "
        "their peers.",
        found="Somebody was taken away before the eyes of other students, and no reason says why.",
        seen_by=OFFICER_AGENCY_SCHOOL,
        raised_by=some(EVERY_TYPE, transport_seen),
    ),
    Rule(
        code="P4-PUNITIVE",
        severity="H",
        principle="P4",
        sentence="Detaining a student should never be used as a punitive sanction.",
        found="Somebody was held or forced as a sanction.",
        seen_by=(*OFFICER_AGENCY_SCHOOL, Reader.DISTRICT),
        raised_by=some(RESTRICTIVE, punitive),
    ),
    Rule(
        code="P4-UNDOCUMENTED",
        severity="H",
        principle="P4",
        sentence="If an SRO detains a student (i.e., makes an arrest or uses restraints) on school grounds, the SRO "
        "should document in sufficient detail the basis for the detainment, including any factors that justify "
        "detaining the youth at school and factors that support a determination of probable cause.",
        found="Somebody was detained on school grounds, and the documentation is overdue by the local setting.",
        seen_by=(Reader.OFFICER, Reader.AGENCY),
        raised_by=undocumented,
    ),
    Rule(
        code="P4-NOT-SHARED",
        severity="M",
        principle="P4",
        sentence="As discussed in “Development of transparent data and tracking system” on page 11, the SRO should "
        "provide these data to their partner school district(s) as part of appropriate transparency and "
        "accountability and consistent with federal nondiscrimination laws to ensure school districts are able to "
        "comply with federally mandated data collections such as the U.S. Department of Education’s CRDC.",
        found="The documentation of a detention has not been delivered to the district and acknowledged there in the "
        "time that the local setting gives.",
        seen_by=(Reader.AGENCY, Reader.SCHOOL, Reader.DISTRICT),
        raised_by=not_shared,
    ),
)
