"""What follows from an officer's records: clocks, flags, hours, topics. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import NAMESPACE_OID, UUID, uuid5

from services.training.clock.rules import clocks, turning_days
from services.training.principles.definition import standing_as_sro
from services.training.principles.dossier import Case, Dossier, in_force
from services.training.principles.findings import Findings, judge, rules_version
from services.training.principles.hours import hours_by_curriculum, topics_covered
from services.training.principles.limits import Limits
from shared.contracts.officer_conclusions import OfficerConclusion, OfficerFinding, OfficerFlag
from shared.findings.life import OPEN, lived_on


@dataclass(frozen=True, slots=True)
class Concluded:
    """What follows from an officer's records."""

    flags: Mapping[UUID, OfficerFlag]
    conclusion: OfficerConclusion


def conclude(dossier: Dossier, standing: Mapping[UUID, OfficerFlag], limits: Limits, today: date) -> Concluded:
    """What follows from an officer's records by the rules in force on a day, the flags that stand living on."""
    case = Case(dossier, limits, today)
    case = replace(case, clocks=clocks(case))
    findings = judge(case)
    raised_at = midnight(today, limits)
    found = {flag_id(dossier, one): _flag(case, one, raised_at) for one in findings.raised}
    return Concluded(lived_on(standing, found), _conclusion(case, findings))


def conclusion_id(about: str) -> UUID:
    """The id of what follows from an officer's records: the same whenever the first of them came."""
    return uuid5(NAMESPACE_OID, f"officer_conclusion/{about}")


def flag_id(dossier: Dossier, finding: OfficerFinding) -> UUID:
    """The flag's id, the same however often it is raised: UUIDv5 of the record that it is about, code and detail."""
    return uuid5(conclusion_id(str(dossier)), name_of(finding))


def name_of(finding: OfficerFinding) -> str:
    """A flag among an officer's: the record that it is about, its code and detail."""
    name = f"{finding.record}/{finding.record_number}/{finding.code}"
    return f"{name}:{finding.detail}" if finding.detail else name


def midnight(day: date, limits: Limits) -> datetime:
    """The moment at which a day begins by the agency's clocks."""
    return datetime.combine(day, time.min, limits.zone)


def day_of(moment: datetime, limits: Limits) -> date:
    """The day that the agency's clocks show at a moment."""
    return moment.astimezone(limits.zone).date()


def _flag(case: Case, finding: OfficerFinding, raised_at: datetime) -> OfficerFlag:
    return OfficerFlag(
        **dict(finding),
        ori=case.dossier.ori,
        officer_number=case.dossier.officer_number,
        school_ids=tuple(sorted(_schools(case, finding))),
        state=OPEN,
        raised_at=raised_at,
    )


def _schools(case: Case, finding: OfficerFinding) -> set[str]:
    """Schools that a finding bears on: those of its assignment, else of every assignment that is in force."""
    about = [
        one
        for one in case.dossier.assignments
        if finding.record == "assignment" and one.assignment_number == finding.record_number
    ]
    serving = [one for one in case.dossier.assignments if in_force(one, case.today)]
    found = {school_id for one in about or serving for school_id in one.school_ids or ()}
    return {finding.detail} if finding.detail in found else found


def _conclusion(case: Case, findings: Findings) -> OfficerConclusion:
    dossier, limits = case.dossier, case.limits
    turn = min((day for day in turning_days(case) if day > case.today), default=None)
    return OfficerConclusion(
        ori=dossier.ori,
        officer_number=dossier.officer_number,
        **dict(standing_as_sro(dossier.officer)),
        curricula=hours_by_curriculum(dossier, case.today),
        topics=topics_covered(dossier, case.today),
        undetermined=findings.undetermined,
        clocks=tuple(case.clocks),
        judge_again_at=midnight(turn, limits) if turn else None,
        rules_version=rules_version(limits),
    )
