"""P6: who leads SROs knows what they do."""

from collections.abc import Iterator

from services.training.principles.dossier import Case
from services.training.principles.rule import Rule, Verdict
from shared.clocks.engine import read
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes

LEADER = "P6-LEADER-TRAINING"
INTRODUCTION = "sro_introduction"
"""The curriculum by which leaders gain knowledge about SRO programs."""
EXPERIENCE = ("sro_experience", "worked_with_sro")
KNOWLEDGE = (
    'Leadership should attend training, such as the COPS Training Portal virtual course "An Introduction to SRO '
    'Programs" or on-site training with the SRO(s), to gain knowledge about SRO programs.'
)
SOME_EXPERIENCE = (
    "Law enforcement leadership should have some experience either working as an SRO or working closely with the "
    "SRO(s) at their duty assignment to provide support."
)


def leader_untrained(case: Case) -> Iterator[Verdict]:
    """Somebody leads an SRO and has not learned about SRO programs in time."""
    for clock in case.clocks:
        if clock.kind == LEADER and case.led:
            overdue: Truth = Yes(("/completions",)) if read(clock, case.today).state == "overdue" else NO
            yield _of(case, overdue if clock.missing is None else Unknown((clock.missing,)))


def no_sro_experience(case: Case) -> Iterator[Verdict]:
    """Somebody leads an SRO who has neither served as one nor worked closely with one."""
    if not case.led:
        return
    officer = case.dossier.officer
    if officer is None:
        yield _of(case, Unknown(("/officer",)))
        return
    said = {name: getattr(officer, name) for name in EXPERIENCE}
    not_known = tuple(f"/officer/{name}" for name, answer in said.items() if answer == NOT_KNOWN)
    if "yes" in said.values():
        yield _of(case, NO)
    else:
        yield _of(case, Unknown(not_known) if not_known else Yes(f"/officer/{name}" for name in EXPERIENCE))


def _of(case: Case, truth: Truth) -> Verdict:
    return Verdict("officer", case.dossier.officer_number, truth)


LEADERSHIP_RULES = (
    Rule(
        code="P6-LEADER-UNTRAINED",
        severity="M",
        principle="P6",
        sentence=KNOWLEDGE,
        found="Somebody who leads an SRO has not completed an introduction to SRO programs in time.",
        seen_by=(Reader.AGENCY,),
        of_sros=False,
        judged=leader_untrained,
    ),
    Rule(
        code="P6-LEADER-NO-SRO-EXPERIENCE",
        severity="I",
        principle="P6",
        sentence=SOME_EXPERIENCE,
        found="Somebody who leads an SRO has neither served as one nor worked closely with one.",
        seen_by=(Reader.AGENCY,),
        of_sros=False,
        judged=no_sro_experience,
    ),
)
