"""Slicing a document answers what GraphQL's own execution answers."""

import pytest
from strawberry.schema.config import StrawberryConfig

from gateway import execution
from gateway.execution import Prepared, Schema
from gateway.schema import Query
from gateway.types import SCALARS, field_of
from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY

FIELD_BY_FIELD = Schema(
    Query, extensions=[Prepared], config=StrawberryConfig(default_resolver=field_of, scalar_map=SCALARS)
)
IN_A_PAGE = "{ incidents { edges { node { %s } } } }"
QUERIES = [
    IN_A_PAGE % "id key version custodian changedAt",
    IN_A_PAGE % "outcomes { type } id actions { type } key",
    IN_A_PAGE % "number: incidentNumber again: incidentNumber people { p: personNumber q: perceived { sex sex age } }",
    IN_A_PAGE % "__typename people { __typename perceived { __typename kind: __typename } }",
    IN_A_PAGE % "people { ...on Person { personNumber } ...Who }"
    + " fragment Who on Person { involvement perceived { ...How } } fragment How on Perceived { age ... { sex } }",
    "query ($yes: Boolean! = true, $no: Boolean! = false)"
    + IN_A_PAGE % "people { personNumber @skip(if: $yes) involvement @include(if: $yes) isEnrolled @include(if: $no) }",
    IN_A_PAGE % "people { perceived { age } } ... on Incident { people { perceived { sex } personNumber } }",
    IN_A_PAGE % "charges { code { scheme } } conduct { personNumbers } threat detentionDocumentation { basis }",
    IN_A_PAGE % "bodyWornCamera { recorded reference } officers { ori officerNumber }",
    IN_A_PAGE % "actions { legalBasis { code text } modifications { made reasonNone { text } } transport { used } }",
    IN_A_PAGE % "flags { id code inputs seenBy reason { text } } clocks { state dueOn __typename } judgements { side }",
    IN_A_PAGE % "classification { value inputs } undetermined { code missing } agreement { question agreement }",
    IN_A_PAGE % "restraintMinutes { actionNumber minutes } documentation { answered required } recordClass",
    "{ flags { edges { cursor node { id code state raisedAt version } } totalCount } }",
    "{ clocks { edges { node { key kind: kind state daysOverdue dueOn } } pageInfo { hasNextPage } } }",
    IN_A_PAGE % "occurredAt endedAt peopleNotListed { students others } narrative",
]


async def answer(gateway: Gateway, query: str) -> str:
    headers = await gateway.headers("demo-rms")
    return (await gateway.http.post("/graphql", json={"query": query}, headers=headers)).text


@pytest.mark.parametrize("query", QUERIES)
async def test_a_slice_is_what_field_by_field_execution_answers(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    services = gateway.view.services
    await gateway.view.apply(
        services.incident("A", people=None, actions=[], conduct=[{"scheme": "nibrs", "person_numbers": [1, 2]}]),
        services.incident(
            "B",
            threat=["none"],
            charges=[{"charge_number": 1, "code": None}, {"charge_number": 2, "code": {"scheme": "nibrs"}}],
            actions=[{"type": "detention", "legal_basis": {"text": "given"}, "transport": {"used": "no"}}],
        ),
        services.flag(number="A", reason={"text": "given"}),
        services.flag("P4-PUNITIVE", "A"),
        services.judgement("school", "A"),
        services.conclusion("A"),
    )
    sliced = await answer(gateway, query)
    monkeypatch.setattr(execution, "SCHEMA", FIELD_BY_FIELD)
    assert sliced == await answer(gateway, query)
    assert '"errors"' not in sliced


async def test_one_record_is_sliced_as_a_page_is(gateway: Gateway) -> None:
    await gateway.view.apply(gateway.view.services.incident())
    found = await gateway.graphql(
        'query ($ori: String!) { a: incident(ori: $ori, incidentNumber: "2026-1") { v: version }'
        ' b: incident(ori: $ori, incidentNumber: "2026-1") { version people { personNumber } } }',
        ori=AGENCY,
    )
    assert found["data"] == {"a": {"v": 1}, "b": {"version": 1, "people": [{"personNumber": 1}]}}
