"""The two sides of a contact, the agency and the school (P7): who stands on which, and what is in sight from there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shared.contracts.deliveries import Delivery
from shared.contracts.incidents import Incident
from shared.findings.flag_code import Reader
from shared.web.caller import EVERY_AGENCY, Caller
from shared.web.problems import Problem

AGENCY, SCHOOL = "agency", "school"
SIDE_OF_ROLE: Mapping[str, str] = {
    "agency_system": AGENCY,
    "state_system": AGENCY,
    "supervisor": AGENCY,
    "officer": AGENCY,
    "school_leader": SCHOOL,
    "district_system": SCHOOL,
}
SYSTEMS_OF_AGENCIES = frozenset({"agency_system", "state_system"})
WHO_STANDS: Mapping[str, str] = {
    AGENCY: "The agency, its officers and their supervisors may.",
    SCHOOL: "Leaders of the school and its district may.",
}
READERS_OF_ROLE: Mapping[str, Collection[Reader]] = {
    "agency_system": (Reader.AGENCY, Reader.SENDER),
    "state_system": (Reader.AGENCY, Reader.SENDER),
    "supervisor": (Reader.AGENCY,),
    "officer": (Reader.OFFICER,),
    "school_leader": (Reader.SCHOOL,),
    "district_system": (Reader.SCHOOL, Reader.DISTRICT),
}
"""As whom each role is shown a flag. A district acts for its schools."""

IN_SIGHT: Mapping[str, str] = {
    AGENCY: """
    ($1::text[] is null or shown.owner = any($1))
    and ($2::text[] is null or exists (
        select from incident, jsonb_array_elements(incident.document -> 'officers') as officer
        where incident.key = shown.about and officer ->> 'officer_number' = any($2)
          and ($1::text[] is null or coalesce(officer ->> 'ori', incident.owner) = any($1))
    ))
""",
    SCHOOL: """
    exists (
        select from delivery
        where delivery.about = shown.about and delivery.state = 'live'
          and (delivery.owner = any($1::text[]) or delivery.school_id = any($2::text[]))
    )
""",
}
"""In SQL whether a record `shown`, with its `owner` and the incident that it is `about`, is in sight from a side.

$1 and $2 are `Sight.organisations` and `Sight.within`.
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller is shown: the side, and the arguments by which SQL finds what is in sight from there.

    Of the agency's side `organisations` are ORIs, None for every agency, and `within` the number of the officer whose
    own contacts alone are shown, else None. Of the school's, districts are `organisations` and schools `within`.
    """

    side: str
    organisations: Sequence[str] | None
    within: Sequence[str] | None


def side_of(caller: Caller, side: str | None = None) -> str:
    """The side on which the caller stands.

    Raises Problem `actor-may-not-act` where that is neither, or not the `side` that is asked for.
    """
    stands = SIDE_OF_ROLE.get(caller.role)
    if stands is None or side not in (None, stands):
        raise Problem("actor-may-not-act", WHO_STANDS[side] if side else " ".join(WHO_STANDS.values()))
    return stands


def sight_of(caller: Caller) -> Sight:
    """What the caller is shown. Raises Problem `actor-may-not-act` for who stands on neither side."""
    side = side_of(caller)
    if side == SCHOOL:
        leads = caller.role == "school_leader"
        return Sight(side, () if leads else caller.lea_ids, caller.school_ids if leads else ())
    within = (caller.officer_number or "",) if caller.role == "officer" else None
    return Sight(side, None if EVERY_AGENCY in caller.oris else caller.oris, within)


def is_before(caller: Caller, incident: Incident, delivery: Delivery | None) -> bool:
    """Whether an incident with its delivery, None where it was not delivered, is before the caller's side."""
    if SIDE_OF_ROLE.get(caller.role) == AGENCY:
        return caller.owns(incident.ori)
    if delivery is None:
        return False
    leads = caller.role == "school_leader"
    return delivery.school_id in caller.school_ids if leads else delivery.lea_id in caller.lea_ids


def takes_part(caller: Caller, incident: Incident) -> bool:
    """Whether the caller is one of the incident's own officers."""
    return caller.officer_number is not None and any(
        officer.officer_number == caller.officer_number and caller.owns(officer.ori or incident.ori)
        for officer in incident.officers
    )
