"""P12: an SRO is not left alone with what only SROs do."""

from collections.abc import Iterator
from datetime import timedelta

from services.training.principles.dossier import SRO_CATEGORIES, Case, in_force, may_be_sro
from services.training.principles.rule import Rule, Verdict
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, Truth, Unknown, Yes

PEER, MEMBERSHIP = "P12-PEER", "P12-MEMBERSHIP"
YEAR = timedelta(days=365)
ALONE = (
    "Many SROs are the only officer in their agency assigned to that role and have limited opportunities to share and "
    "collaborate with other school-based police."
)


def alone(case: Case) -> Iterator[Verdict]:
    """The agency has no other SRO on duty, and the officer has met no peers for a year."""
    if not any(in_force(one, case.today) for one in case.dossier.assignments):
        return
    others = [one for one in case.dossier.others if may_be_sro(one.officer) and one.serves(case.today)]
    met = any(case.today - YEAR < one.held_on <= case.today for one in case.dossier.peer_events)
    known = [one for one in others if one.officer and one.officer.personnel_category in SRO_CATEGORIES]
    truth: Truth = NO if met or known else Yes(("/peer_events",))
    if not met and others and not known:
        truth = Unknown(f"/officers/{one.officer_number}/personnel_category" for one in others)
    yield Verdict("officer", case.dossier.officer_number, truth)


COMMUNITY_RULES = (
    Rule(
        code="P12-LONE-SRO",
        severity="I",
        principle="P12",
        sentence=ALONE,
        found="The officer is the agency's only SRO, and has met no SROs of other agencies for a year.",
        seen_by=(Reader.OFFICER, Reader.AGENCY),
        judged=alone,
    ),
)
