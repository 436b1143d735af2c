"""`GET /v1/summaries`: the fourteen measures of a school, a district or an agency in a school year (P7)."""

import csv
import io
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway.masks import withheld
from gateway.policy import Rule
from gateway.state import State
from gateway.summaries.asking import summarised, tied_out
from gateway.summaries.tagged import CSV, JSON, unless_known
from gateway.viewer import VIEWER_PROBLEMS, Viewer, reader_of_records
from shared.contracts.summaries import Summary, SummaryAnswer, SummaryCall
from shared.contracts.tie_outs import TieOutAnswer, TieOutCall
from shared.web import body
from shared.web.openapi import gives
from shared.web.problems import problems

Reader = Annotated[Viewer, Depends(reader_of_records)]
Text = Annotated[str | None, Query(max_length=100)]

router = APIRouter(tags=["summaries"])


class SummaryQuery(BaseModel):
    """Whose counts, of which year. A parameter that does not exist is refused, so that none is misspelt."""

    model_config = ConfigDict(extra="forbid")

    ori: Text = None
    lea_id: Text = None
    school_id: Text = None
    school_year: Annotated[str, Field(max_length=20)]
    period: Annotated[str, Field(max_length=20)] = "year"
    by: Annotated[str, Field(max_length=200, description="Dimensions, joined by commas.")] = ""
    format: Literal["json", "csv"] = "json"

    def call(self) -> SummaryCall:
        """What is asked for. Raises Problem with every fault."""
        scope = self.model_dump(include={"ori", "lea_id", "school_id"})
        asked = {
            "scope": scope,
            "school_year": self.school_year,
            "period": self.period,
            "by": [word for word in self.by.split(",") if word],
        }
        return body.validated(SummaryCall, orjson.dumps(asked))


@router.get(
    "/v1/summaries",
    responses=gives(SummaryAnswer, "The summary; `measures` is null, with an entry, where the viewer has no scope.")
    | {304: {"description": "It is as the ETag says."}}
    | problems(*VIEWER_PROBLEMS, "invalid-value", "unknown-code", "unavailable"),
    response_class=Response,
)
async def get_summary(
    request: Request, viewer: Reader, state: State, query: Annotated[SummaryQuery, Query()]
) -> Response:
    """What was counted, as JSON or as CSV with the same names."""
    call = query.call()
    found = await summarised(state.calls, viewer, call)
    if isinstance(found, Rule):
        entry = withheld(("measures",), found)
        content = orjson.dumps({"scope": call.scope.model_dump(), "measures": None, "withheld": [entry]})
        return Response(content, media_type=JSON)
    is_table = query.format == "csv"
    content = _table(found) if is_table else orjson.dumps(found.model_dump(mode="json") | {"withheld": []})
    return unless_known(request, content, CSV if is_table else JSON)


class TieOutQuery(BaseModel):
    """Whose schools, of which year. A parameter that does not exist is refused, so that none is misspelt."""

    model_config = ConfigDict(extra="forbid")

    lea_id: Text = None
    school_id: Text = None
    school_year: Annotated[str, Field(max_length=20)]
    event: Annotated[str, Field(max_length=20)]

    def call(self) -> TieOutCall:
        """What is asked for. Raises Problem with every fault."""
        scope = self.model_dump(include={"lea_id", "school_id"})
        asked = {"scope": scope, "school_year": self.school_year, "event": self.event}
        return body.validated(TieOutCall, orjson.dumps(asked))


@router.get(
    "/v1/tie-out",
    responses=gives(TieOutAnswer, "Both sides; `schools` is null, with an entry, where the viewer has no scope.")
    | problems(*VIEWER_PROBLEMS, "invalid-value", "unknown-code", "unavailable"),
    response_class=Response,
)
async def get_tie_out(viewer: Reader, state: State, query: Annotated[TieOutQuery, Query()]) -> Response:
    """Agencies' records beside schools' own cases and figures, each difference with its reasons."""
    call = query.call()
    found = await tied_out(state.calls, viewer, call)
    if isinstance(found, Rule):
        entry = withheld(("schools",), found)
        content = orjson.dumps({"scope": call.scope.model_dump(), "schools": None, "withheld": [entry]})
    else:
        content = orjson.dumps(found.model_dump(mode="json") | {"withheld": []})
    return Response(content, headers={"Cache-Control": "private, no-cache"}, media_type=JSON)


COLUMNS = (
    "measure",
    "unit",
    "dimension",
    "race_owner",
    "group",
    "value",
    "status",
    "reason",
    "counting_rule",
    "revised_at",
)


def _table(found: Summary) -> bytes:
    """A line a measure, and one for each of its parts."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(("ori", "lea_id", "school_id", "school_year", *COLUMNS))
    place = (found.scope.ori, found.scope.lea_id, found.scope.school_id, found.school_year)
    for one in found.measures:
        rule = (one.counting_rule, one.revised_at.isoformat() if one.revised_at else None)
        writer.writerow((*place, one.measure, one.unit, None, None, None, one.value, one.status, one.reason, *rule))
        for part in one.by:
            group = (part.dimension, part.race_owner, part.value, part.count, part.status, None)
            writer.writerow((*place, one.measure, one.unit, *group, *rule))
    return content.getvalue().encode()
