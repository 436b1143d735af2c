"""What must hold between the fields of an evaluation. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent, future_faults
from shared.contracts.evaluations import EvaluationReport
from shared.contracts.fault import Fault


def faults(sent: Sent[EvaluationReport]) -> Iterator[Fault]:
    """Everything about an evaluation that cannot be: who rates, its days, and what stands twice."""
    yield from _of_evaluator(sent)
    yield from _of_days(sent)
    yield from _of_lists(sent.report)


def _of_evaluator(sent: Sent[EvaluationReport]) -> Iterator[Fault]:
    evaluation = sent.report
    if evaluation.evaluator_number is not None and evaluation.evaluator_number == evaluation.officer_number:
        yield Fault("#/evaluator_number", "not-in-chain-of-command", "Nobody rates their own work.")
    if evaluation.evaluator_ori not in (None, sent.ori):
        yield Fault(
            "#/evaluator_ori", "not-in-chain-of-command", "Who rates an officer is of the officer's agency (P6)."
        )


def _of_days(sent: Sent[EvaluationReport]) -> Iterator[Fault]:
    evaluation = sent.report
    yield from future_faults("#/closed_on", evaluation.closed_on, sent.now)
    yield from future_faults("#/answered_on", evaluation.answered_on, sent.now)
    if evaluation.last_on < evaluation.first_on:
        yield Fault("#/last_on", "time-order", "last_on is before first_on.")
    if evaluation.closed_on is not None and evaluation.closed_on < evaluation.first_on:
        yield Fault("#/closed_on", "time-order", "closed_on is before first_on.")
    if evaluation.answered_on is not None and evaluation.officer_answer is None:
        yield Fault("#/officer_answer", "required-question-unanswered", "Say what the answer was; `unknown` is one.")


def _of_lists(evaluation: EvaluationReport) -> Iterator[Fault]:
    groups = [one.group for one in evaluation.inputs or ()]
    if len(set(groups)) < len(groups):
        yield Fault("#/inputs", "invalid-value", "Name each group once.")
    criteria = [one.criterion for one in evaluation.ratings or ()]
    if len(set(criteria)) < len(criteria):
        yield Fault("#/ratings", "invalid-value", "Name each criterion once.")
    for place, rating in enumerate(evaluation.ratings or ()):
        for index, shown in enumerate(rating.evidence):
            pointer = f"#/ratings/{place}/evidence/{index}"
            if shown.count > shown.n:
                yield Fault(f"{pointer}/count", "invalid-value", "A share is at most the whole.")
            if shown.last_on < shown.first_on:
                yield Fault(f"{pointer}/last_on", "time-order", "last_on is before first_on.")
