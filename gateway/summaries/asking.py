"""Asks for what is counted, once the policy has said that the viewer may have it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.calls import Calls, Unanswered
from gateway.policy import AGENCY_RECORD, ANOTHER_STUDENT, AT_SCHOOL, EDUCATION_RECORD, NONE, Rule
from gateway.viewer import Scope, Viewer
from shared.contracts.contract import LEA_ID_DIGITS, Label
from shared.contracts.crdc import CrdcCall, CrdcFile
from shared.contracts.disparities import Disparities, DisparityCall
from shared.contracts.fault import Fault
from shared.contracts.summaries import Summary, SummaryCall, SummaryScope
from shared.contracts.tie_outs import TieOut, TieOutCall
from shared.web.problems import Problem

C = TypeVar("C", SummaryCall, DisparityCall, TieOutCall, CrdcCall)
T = TypeVar("T")


def withholding(viewer: Viewer, asked: SummaryScope, record_class: str | None = None) -> Rule | None:
    """The rule that withholds counts of a class of records from the viewer; None where they may be had.

    Whoever may read every record that is counted may have the count. Without a class it is the one the viewer reads.
    """
    records = viewer.scope(record_class or viewer.record_class)
    if isinstance(records, Rule):
        return records
    if records.family is not None:
        return viewer.decide(ANOTHER_STUDENT, records.record_class, Label.STUDENT)
    if records.de_identified:
        return viewer.decide(records.relationship, records.record_class, Label.STUDENT)
    return None if _covers(records, asked) else viewer.decide(NONE, records.record_class, Label.FACT)


def _covers(records: Scope, asked: SummaryScope) -> bool:
    if records.custodians is None:
        return True
    if records.record_class == AGENCY_RECORD:
        return asked.ori in records.custodians
    if records.relationship == AT_SCHOOL:
        return asked.school_id is not None and asked.school_id in (records.school_ids or ())
    return _district_of(asked) in records.custodians


def _district_of(asked: SummaryScope) -> str | None:
    return asked.school_id[:LEA_ID_DIGITS] if asked.school_id is not None else asked.lea_id


async def summarised(calls: Calls, viewer: Viewer, call: SummaryCall) -> Summary | Rule:
    """The summary, or the rule that withholds it.

    Raises Problem `invalid-value` for a scope that is none, and `unavailable` where reporting does not answer.
    """
    return await _asked(viewer, call, calls.summarise)


async def compared(calls: Calls, viewer: Viewer, call: DisparityCall) -> Disparities | Rule:
    """The comparison of groups, or the rule that withholds it. Raises as above."""
    return await _asked(viewer, call, calls.compare)


async def tied_out(calls: Calls, viewer: Viewer, call: TieOutCall) -> TieOut | Rule:
    """Both sides' counts; what a school says of its own cases is read by no police role. Raises as above."""
    return await _asked(viewer, call, calls.tie_out, EDUCATION_RECORD)


async def crdc_file(calls: Calls, viewer: Viewer, call: CrdcCall) -> CrdcFile | Rule:
    """What every school of a district says for the CRDC; no police role reads it. Raises as above."""

    async def every_part(first: CrdcCall) -> CrdcFile:
        part = await calls.crdc_part(first)
        schools = list(part.schools)
        while not part.is_last:
            part = await calls.crdc_part(first.model_copy(update={"after": schools[-1].school_id}))
            schools += part.schools
        return CrdcFile(
            scope=first.scope,
            school_year=first.school_year,
            counting_rule=part.counting_rule,
            columns=part.columns,
            not_collected=part.not_collected,
            schools=tuple(schools),
        )

    return await _asked(viewer, call, every_part, EDUCATION_RECORD)


async def _asked(
    viewer: Viewer, call: C, ask: Callable[[C], Awaitable[T]], record_class: str | None = None
) -> T | Rule:
    scope = call.scope
    if scope.ori is None and scope.lea_id is None and scope.school_id is None:
        raise Problem.of_faults([Fault("#/scope", "invalid-value", "Name an agency, a district or a school.")])
    if scope.school_id and scope.lea_id and not scope.school_id.startswith(scope.lea_id):
        raise Problem.of_faults([Fault("#/school_id", "invalid-value", "The school is not of that district.")])
    if rule := withholding(viewer, scope, record_class):
        return rule
    try:
        return await ask(call)
    except Unanswered:
        raise Problem("unavailable", "The service that counts does not answer now.") from None
