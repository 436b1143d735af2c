"""`GET /v1/crdc/{school_year}`: a district's file for the Civil Rights Data Collection (P1, P4, P7)."""

import csv
import io
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway.masks import withheld
from gateway.policy import Rule
from gateway.state import State
from gateway.summaries.asking import crdc_file
from gateway.summaries.tagged import CSV, JSON, unless_known
from gateway.viewer import VIEWER_PROBLEMS, Viewer, reader_of_records
from shared.contracts.contract import LEA_ID_DIGITS
from shared.contracts.crdc import CrdcAnswer, CrdcCall, CrdcFigure, CrdcFile
from shared.web import body
from shared.web.openapi import gives
from shared.web.problems import problems

WHOLE = frozenset({"counted", "zero_confirmed"})
"""What a number is that can be certified; any other is a blank cell."""
Reader = Annotated[Viewer, Depends(reader_of_records)]

router = APIRouter(tags=["summaries"])


class CrdcQuery(BaseModel):
    """Whose schools. A parameter that does not exist is refused, so that none is misspelt."""

    model_config = ConfigDict(extra="forbid")

    lea_id: Annotated[str, Field(max_length=20)]
    format: Literal["json", "csv"] = "json"

    def call(self, school_year: str) -> CrdcCall:
        """What is asked for. Raises Problem with every fault."""
        asked = {"scope": {"lea_id": self.lea_id}, "school_year": school_year}
        return body.validated(CrdcCall, orjson.dumps(asked))


@router.get(
    "/v1/crdc/{school_year}",
    responses=gives(CrdcAnswer, "The file; `schools` is null, with an entry, where the viewer has no scope.")
    | {304: {"description": "It is as the ETag says."}}
    | problems(*VIEWER_PROBLEMS, "invalid-value", "unavailable"),
    response_class=Response,
)
async def get_crdc_file(
    request: Request, viewer: Reader, state: State, school_year: str, query: Annotated[CrdcQuery, Query()]
) -> Response:
    """What each school of a district says for each column of the CRDC, as JSON or as CSV under the CRDC's names."""
    call = query.call(school_year)
    found = await crdc_file(state.calls, viewer, call)
    if isinstance(found, Rule):
        entry = withheld(("schools",), found)
        content = orjson.dumps({"scope": call.scope.model_dump(), "schools": None, "withheld": [entry]})
        return Response(content, media_type=JSON)
    if query.format == "csv":
        return unless_known(request, _table(found), CSV)
    return unless_known(request, orjson.dumps(found.model_dump(mode="json") | {"withheld": []}), JSON)


def _table(found: CrdcFile) -> bytes:
    """A line a school; a cell is blank unless its number is whole."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(("LEAID", "SCHID", "COMBOKEY", *(column.column for column in found.columns)))
    for school in found.schools:
        ids = (school.school_id[:LEA_ID_DIGITS], school.school_id[LEA_ID_DIGITS:], school.school_id)
        writer.writerow((*ids, *map(_cell, school.figures)))
    return content.getvalue().encode()


def _cell(figure: CrdcFigure) -> str:
    """Digits, and up to two decimals of full-time equivalents."""
    if figure.value is None or figure.status not in WHOLE:
        return ""
    return f"{figure.value:.0f}" if figure.value.is_integer() else f"{figure.value:.2f}"
