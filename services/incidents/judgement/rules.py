"""When a side decided what it says. Pure: no clock, no I/O."""

from datetime import datetime
from typing import Any

from shared.contracts.judgements import Judgement, JudgementAnswers

NOT_ANSWERED = "unknown"


def dated(answers: JudgementAnswers, before: Judgement | None, at: datetime) -> dict[str, Any]:
    """When a side gave these answers, and when it first answered the 911 question (P3), given what it said before.

    Answers that are the same again were decided when they were given first. That the question was answered once
    stays so, whatever the side says later: a clock that was met is met.
    """
    is_same = before is not None and all(
        getattr(before, name) == getattr(answers, name) for name in JudgementAnswers.model_fields
    )
    first = before.first_decided_at if before is not None else None
    if first is None and answers.would_require_911 != NOT_ANSWERED:
        first = at
    decided_at = before.decided_at if before is not None and is_same else at
    return {"decided_at": decided_at} | ({"first_decided_at": first} if first is not None else {})
