"""What must hold between the fields of a selection, and what can be told of one at a glance. Pure: no clock, no I/O."""

from collections.abc import Iterable, Iterator
from statistics import fmean

from services.training.principles.selection import CRITERIA, IDEAL_ROLES, missing_scores
from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.selections import Candidate, CandidateSummary, SelectionReport, SelectionSummary

DECIMALS = 2


def faults(sent: Sent[SelectionReport]) -> Iterator[Fault]:
    """Everything about a selection that cannot be: its days, its place, its numbers, and who scores whom."""
    selection = sent.report
    yield from future_faults("#/opened_on", selection.opened_on, sent.now)
    yield from future_faults("#/closed_on", selection.closed_on, sent.now)
    if selection.closed_on is not None and selection.closed_on < selection.opened_on:
        yield Fault("#/closed_on", "time-order", "closed_on is before opened_on.")
    if selection.stage == "placement" and selection.school_id is None:
        yield Fault("#/school_id", "required-question-unanswered", "Say at which school it places.")
    yield from _of_numbers(selection)
    yield from _of_scores(selection)


def summary(selection: SelectionReport) -> SelectionSummary:
    """What is answered of a selection besides what was sent (P5)."""
    candidates = selection.candidates or ()
    chosen = [one for one in candidates if one.decision == "selected"]
    without = any(one.youth_experience == "no" for one in chosen)
    passed_over = (one for one in candidates if one.decision == "not_selected" and one.youth_experience == "yes")
    roles = None if selection.members is None else {one.role for one in selection.members} & IDEAL_ROLES
    return SelectionSummary(
        ideal_groups=None if roles is None else len(roles),
        passed_over=tuple(one.candidate_number for one in passed_over) if without else (),
        scored=tuple(_scored(selection, one) for one in candidates),
    )


def _scored(selection: SelectionReport, candidate: Candidate) -> CandidateSummary:
    by_member: dict[str, list[int]] = {}
    for one in candidate.scores or ():
        by_member.setdefault(one.member_number, []).append(one.score)
    means = [fmean(scores) for scores in by_member.values()]
    missing = missing_scores(selection, candidate)
    return CandidateSummary(
        candidate_number=candidate.candidate_number,
        mean=round(fmean(score for scores in by_member.values() for score in scores), DECIMALS) if means else None,
        spread=round(max(means) - min(means), DECIMALS) if means else None,
        missing=None if missing is None else len(missing),
    )


def _of_numbers(selection: SelectionReport) -> Iterator[Fault]:
    candidates = selection.candidates or ()
    officers = (one.officer_number for one in candidates if one.officer_number is not None)
    if selection.pool_size is not None:
        if len(candidates) > selection.pool_size:
            yield Fault("#/pool_size", "invalid-value", "There are more candidates than applied.")
        if sum(one.count for one in selection.pool_groups or ()) > selection.pool_size:
            yield Fault("#/pool_groups", "invalid-value", "The groups together are more than applied.")
    for field, names in (
        ("pool_groups", [one.race_ethnicity for one in selection.pool_groups or ()]),
        ("members", [one.member_number for one in selection.members or ()]),
        ("candidates", [one.candidate_number for one in candidates]),
        ("candidates", list(officers)),
    ):
        if _repeats(names):
            yield Fault(f"#/{field}", "invalid-value", "Name each once.")


def _of_scores(selection: SelectionReport) -> Iterator[Fault]:
    members = None if selection.members is None else {one.member_number for one in selection.members}
    for place, candidate in enumerate(selection.candidates or ()):
        scores = candidate.scores or ()
        if _repeats((one.member_number, one.criterion) for one in scores):
            yield Fault(f"#/candidates/{place}/scores", "invalid-value", "Name each member and criterion once.")
        for index, one in enumerate(scores):
            pointer = f"#/candidates/{place}/scores/{index}"
            if members is not None and one.member_number not in members:
                yield Fault(f"{pointer}/member_number", "invalid-value", "Who scores is a member of the committee.")
            if one.criterion not in CRITERIA:
                yield Fault(f"{pointer}/criterion", "invalid-value", "A score is by one of the ten criteria (P5).")


def _repeats(names: Iterable[object]) -> bool:
    listed = list(names)
    return len(set(listed)) < len(listed)
