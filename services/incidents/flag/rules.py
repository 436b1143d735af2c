"""The life of a flag: raised by a rule, explained or upheld by people, corrected when the rule no longer raises it.

A flag is never deleted. What is raised again is open again, under the same id. Pure: no clock, no I/O.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from services.incidents.incident.pointers import value_at
from services.incidents.principles.quality import CLEARED_BY_EDIT, VOID_UNDER_REVIEW
from shared.contracts.flags import Finding, Flag
from shared.findings.flag_code import finding

OPEN, EXPLAINED = "open", "explained"
UPHELD, CORRECTED = "upheld", "corrected"
SERIOUS = ("H", "M")

Flags = Mapping[UUID, Flag]


class Act(StrEnum):
    """What people may do with a flag."""

    EXPLAIN = "explain"
    UPHOLD = "uphold"
    CORRECT = "correct"


class About(NamedTuple):
    """Which incident it is."""

    ori: str
    incident_number: str


def flag_id(incident_id: UUID, code: str, detail: str | None) -> UUID:
    """The flag's id, the same however often it is raised: UUIDv5 of the record, the code and the detail."""
    return uuid5(incident_id, name_of(code, detail))


def name_of(code: str, detail: str | None) -> str:
    """The flag's code with its detail, as people write it: `P7-NOT-REVIEWED:school`."""
    return f"{code}:{detail}" if detail else code


def live_on(
    standing: Flags,
    findings: Iterable[Finding],
    incident_id: UUID,
    about: About,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> dict[UUID, Flag]:
    """Every flag of an incident, by id, after the rules have found what they find now.

    `before` and `after` are the incident's documents where an
    edit brought the findings: a serious flag that was open and goes because what the rule read was changed leaves a
    flag of its own behind, which stays until the first is raised again.
    """
    found = {flag_id(incident_id, one.code, one.detail): one for one in findings}
    flags = {key: _raised(standing.get(key), finding, about, at) for key, finding in found.items()}
    for key, flag in standing.items():
        if key in found:
            continue
        if flag.code == CLEARED_BY_EDIT.code:
            again = any(name_of(one.code, one.detail) == flag.detail for one in found.values())
            flags.setdefault(key, _corrected(flag) if again else flag)
            continue
        flags[key] = _corrected(flag)
        if before is not None and after is not None and _was_edited_away(flag, before, after):
            edited = replace(CLEARED_BY_EDIT, detail=name_of(flag.code, flag.detail))
            cleared = flag_id(incident_id, edited.code, edited.detail)
            flags[cleared] = _raised(standing.get(cleared), finding(edited, flag.inputs), about, at)
    return flags


def after(state: str, act: Act) -> str | None:
    """The state of a flag after somebody did this with it; None where that is not possible.

    An officer does not explain away what a supervisor has upheld. Only the rule corrects a flag, when it no longer
    holds: by hand it can be said again of one that is corrected.
    """
    if act is Act.CORRECT or state == CORRECTED:
        return CORRECTED if act is Act.CORRECT and state == CORRECTED else None
    if act is Act.EXPLAIN:
        return None if state == UPHELD else EXPLAINED
    return UPHELD


def void_under_review(standing: Flags) -> Iterable[Finding]:
    """What is found where a record is made void though one of its flags was upheld."""
    upheld = sorted(
        name_of(flag.code, flag.detail)
        for flag in standing.values()
        if flag.state == UPHELD and flag.code != VOID_UNDER_REVIEW.code
    )
    return [finding(replace(VOID_UNDER_REVIEW, detail=name), ()) for name in upheld]


def _raised(standing: Flag | None, finding: Finding, about: About, at: datetime) -> Flag:
    if standing is None:
        return Flag.model_construct(
            **dict(finding),
            ori=about.ori,
            incident_number=about.incident_number,
            state=OPEN,
            raised_at=at,
            reason=None,
            sealed_digest=None,
        )
    again = {"state": OPEN, "raised_at": at} if standing.state == CORRECTED else {}
    return standing.model_copy(update=dict(finding) | again)


def _corrected(flag: Flag) -> Flag:
    return flag if flag.state == CORRECTED else flag.model_copy(update={"state": CORRECTED})


def _was_edited_away(flag: Flag, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return (
        flag.state == OPEN
        and flag.severity in SERIOUS
        and any(value_at(before, pointer) != value_at(after, pointer) for pointer in flag.inputs)
    )
