"""The root fields of what is counted: summaries, disparities, and the tie-out of agencies with schools (P7)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import orjson
import strawberry

from gateway.calls import Calls
from gateway.connections import READ_RECORDS, Context, root_of
from gateway.policy import Rule
from gateway.summaries.asking import compared, summarised, tied_out
from gateway.types import part_type
from gateway.viewer import Viewer
from shared.contracts.contract import Contract
from shared.contracts.disparities import Disparities, DisparityCall
from shared.contracts.summaries import Summary, SummaryCall
from shared.contracts.tie_outs import TieOut, TieOutCall
from shared.web import body

C = TypeVar("C", bound=Contract)


@strawberry.input(description="Whose schools; every condition holds.")
class SchoolScopeInput:
    """Whose schools; every condition holds."""

    lea_id: str | None = strawberry.field(default=None, description="District of the school.")
    school_id: str | None = strawberry.field(default=None, description="School.")


@strawberry.input(description="Whose contacts are counted; every condition holds.")
class SummaryScopeInput(SchoolScopeInput):
    """Whose contacts are counted; every condition holds."""

    ori: str | None = strawberry.field(default=None, description="Agency that owns the records.")


WantedSummary = Annotated[SummaryScopeInput, strawberry.argument(description="Whose contacts are counted.")]
WantedSchools = Annotated[SchoolScopeInput, strawberry.argument(description="Whose schools.")]
Year = Annotated[str, strawberry.argument(description="School year, as 2026-27.")]
PeriodWord = Annotated[str, strawberry.argument(description="year, term or month.")]
Measured = Annotated[str, strawberry.argument(description="What is compared, as arrests.")]
Division = Annotated[str, strawberry.argument(description="race_ethnicity, sex, english_learner or disability.")]
RaceOwner = Annotated[str, strawberry.argument(description="Whose words the counts go by: perceived or enrolled.")]
Dimensions = Annotated[list[str] | None, strawberry.argument(description="Dimensions to divide each measure by.")]
Counted = Annotated[str, strawberry.argument(description="referral or arrest.")]


async def summary(
    info: Context, scope: WantedSummary, school_year: Year, period: PeriodWord = "year", by: Dimensions = None
) -> dict[str, Any] | None:
    """What was counted in a school year."""
    asked = {"scope": asdict(scope), "school_year": school_year, "period": period, "by": by or []}
    return await _answered(info, SummaryCall, asked, summarised)


async def disparities(
    info: Context, scope: WantedSummary, school_year: Year, measure: Measured, by: Division, race_owner: RaceOwner
) -> dict[str, Any] | None:
    """Each group against all others."""
    asked = {"scope": asdict(scope), "school_year": school_year, "measure": measure, "by": by, "race_owner": race_owner}
    return await _answered(info, DisparityCall, asked, compared)


async def tie_out(info: Context, scope: WantedSchools, school_year: Year, event: Counted) -> dict[str, Any] | None:
    """Both sides' counts, and why they differ."""
    asked = {"scope": asdict(scope), "school_year": school_year, "event": event}
    return await _answered(info, TieOutCall, asked, tied_out)


async def _answered(
    info: Context,
    contract: type[C],
    asked: Mapping[str, Any],
    ask: Callable[[Calls, Viewer, C], Awaitable[Contract | Rule]],
) -> dict[str, Any] | None:
    """What the service counts; null with an entry where the viewer may not have it."""
    reading = info.context
    reading.require(READ_RECORDS)
    found = await ask(reading.asking, reading.viewer, body.validated(contract, orjson.dumps(asked)))
    if isinstance(found, Rule):
        reading.withhold(root_of(info), found)
        return None
    return found.model_dump(mode="json")


@strawberry.type(description="What is counted.")
class CountFields:
    """Root fields on what is counted, for those who may read all that is counted."""

    disparities = strawberry.field(
        resolver=disparities,
        graphql_type=part_type(Disparities) | None,
        description="Whether an outcome falls on one group more often than on all others, by two denominators (P7).",
    )
    summary = strawberry.field(
        resolver=summary,
        graphql_type=part_type(Summary) | None,
        description="The fourteen measures of a school, a district or an agency in a school year.",
    )
    tie_out = strawberry.field(
        resolver=tie_out,
        graphql_type=part_type(TieOut) | None,
        description="Agencies' records beside schools' own cases and figures, each difference with its reasons (P7).",
    )
