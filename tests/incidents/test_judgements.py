"""Each side says of a contact whether it was a matter for an officer: its own answers, never the other's."""

from typing import Any

import httpx2
import orjson
import pytest

from tests.incidents.conftest import AGENCY, HALLWAY, Clients, Connection
from tests.incidents.evidence import rows_by_table
from tests.incidents.people import (
    COLLEAGUE,
    DISTRICT,
    OFFICER,
    OTHER_DISTRICT,
    OTHER_PRINCIPAL,
    OTHER_RMS,
    OTHER_SCHOOL,
    PRINCIPAL,
    PUBLIC,
    RMS,
    STATE,
    SUPERVISOR,
)
from tests.incidents.test_what_follows import flags_of

NO = {"would_require_911": "no"}
YES = {"would_require_911": "yes", "school_involving_sro_appropriate": "yes", "sro_intervening_appropriate": "yes"}
REASONED = NO | {"reason": {"code": "profanity", "text": "Quillon only swore."}}
CONTACT = HALLWAY | {"contact_type": "incident"}


async def clock(kept: Connection, number: str, kind: str, side: str | None) -> dict[str, Any]:
    """The facts of a clock of an incident, as they are kept."""
    clocks = await kept.fetchval("select document ->> 'clocks' from conclusion where about = $1", f"{AGENCY}/{number}")
    found: list[dict[str, Any]] = [
        one for one in orjson.loads(clocks) if (one["kind"], one.get("detail")) == (kind, side)
    ]
    return found[0]


async def judgements(kept: Connection, number: str) -> list[dict[str, Any]]:
    """The judgements of an incident that are in force, as they are kept."""
    rows = await kept.fetch(
        "select document::text from judgement where about = $1 and state = 'live' order by key", f"{AGENCY}/{number}"
    )
    return [orjson.loads(row["document"]) for row in rows]


@pytest.mark.parametrize(
    ("who", "side"),
    [
        (RMS, "agency"),
        (STATE, "agency"),
        (SUPERVISOR, "agency"),
        (COLLEAGUE, "agency"),
        (PRINCIPAL, "school"),
        (DISTRICT, "school"),
    ],
    ids=lambda one: one if isinstance(one, str) else one["role"],
)
async def test_a_side_judges_for_itself(
    client: httpx2.AsyncClient, clients: Clients, url: str, who: dict[str, Any], side: str
) -> None:
    await client.put(url, json=CONTACT)
    answer = await clients("somebody", **who).put(f"{url}/judgements/{side}", json=NO)

    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.json() == {
        "id": answer.json()["id"],
        "version": 1,
        "etag": '"1"',
        "status": "live",
        "agreement": {"911": "one_missing", "school_involving": "one_missing", "sro_intervening": "one_missing"},
    }


MAY_NOT: list[tuple[str, dict[str, Any], str, int, str]] = [
    ("the agency's system for the school", RMS, "school", 403, "actor-may-not-act"),
    ("a supervisor for the school", SUPERVISOR, "school", 403, "actor-may-not-act"),
    ("a principal for the agency", PRINCIPAL, "agency", 403, "actor-may-not-act"),
    ("a district for the agency", DISTRICT, "agency", 403, "actor-may-not-act"),
    ("who stands on neither side", PUBLIC, "agency", 403, "actor-may-not-act"),
    ("an officer of the contact itself", OFFICER, "agency", 403, "actor-may-not-act"),
    ("a supervisor who took part in it", SUPERVISOR | {"officer_number": "4471"}, "agency", 403, "actor-may-not-act"),
    ("an officer who may have", OFFICER | {"officer_number": None}, "agency", 403, "actor-may-not-act"),
    ("another agency", OTHER_RMS, "agency", 403, "not-your-organisation"),
    ("another school", OTHER_PRINCIPAL, "school", 404, "not-found"),
    ("another district", OTHER_DISTRICT, "school", 404, "not-found"),
    ("without the scope", RMS | {"scope": "incidents.write incidents.read"}, "agency", 403, "insufficient-scope"),
]


@pytest.mark.parametrize(("story", "who", "side", "status", "code"), MAY_NOT, ids=[one[0] for one in MAY_NOT])
async def test_nobody_judges_for_another_or_of_himself(
    client: httpx2.AsyncClient,
    clients: Clients,
    url: str,
    kept: Connection,
    story: str,
    who: dict[str, Any],
    side: str,
    status: int,
    code: str,
) -> None:
    await client.put(url, json=CONTACT)
    before = await rows_by_table(kept)
    answer = await clients("stranger", **who).put(f"{url}/judgements/{side}", json=REASONED)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rows_by_table(kept) == before


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("without the 911 question", {"sro_intervening_appropriate": "yes"}, "#/would_require_911",
     "required-question-unanswered"),
    ("with another answer", {"would_require_911": "perhaps"}, "#/would_require_911", "unknown-code"),
    ("with an answer of the other question", NO | {"sro_intervening_appropriate": "not_applicable"},
     "#/sro_intervening_appropriate", "unknown-code"),
    ("with a field that nobody asks for", NO | {"student": "Quillon"}, "#/student", "unknown-field"),
    ("with a sentence for a code", NO | {"reason": {"code": "he only swore"}}, "#/reason/code", "invalid-value"),
    ("with a social security number", NO | {"reason": {"text": "His is 219-09-9999."}}, "#/reason/text",
     "must-not-be-stored"),
    ("for another side than the path's", NO | {"side": "school"}, "#/side", "unknown-field"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "sent", "pointer", "code"), BAD, ids=[one[0] for one in BAD])
async def test_a_judgement_that_cannot_be_understood_is_refused(
    client: httpx2.AsyncClient,
    clients: Clients,
    url: str,
    kept: Connection,
    story: str,
    sent: dict[str, Any],
    pointer: str,
    code: str,
) -> None:
    await client.put(url, json=CONTACT)
    before = await rows_by_table(kept)
    answer = await clients("supervisor", **SUPERVISOR).put(f"{url}/judgements/agency", json=sent)

    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
    assert await rows_by_table(kept) == before


@pytest.mark.parametrize(("who", "side"), [(SUPERVISOR, "agency"), (PRINCIPAL, "school")])
async def test_what_does_not_exist_is_not_found_and_nothing_is_kept(
    clients: Clients, url: str, kept: Connection, who: dict[str, Any], side: str
) -> None:
    before = await rows_by_table(kept)
    answer = await clients("somebody", **who).put(f"{url}/judgements/{side}", json=NO)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert await rows_by_table(kept) == before


async def test_what_no_district_was_given_is_before_no_school(
    client: httpx2.AsyncClient, clients: Clients, url: str
) -> None:
    await client.put(url, json=CONTACT | {"school_id": None})
    answer = await clients("principal", **PRINCIPAL).put(f"{url}/judgements/school", json=NO)
    assert answer.status_code == 404


async def test_a_void_record_is_not_judged_and_brings_its_judgements_back(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    supervisor = clients("supervisor", **SUPERVISOR)
    await client.put(url, json=CONTACT)
    await supervisor.put(f"{url}/judgements/agency", json=NO)
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})

    refused = await supervisor.put(f"{url}/judgements/agency", json=YES)
    withdrawn = await clients("principal", **PRINCIPAL).put(f"{url}/judgements/school", json=YES)
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal-transition")
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (404, "not-found")
    assert await judgements(kept, number) == []
    await client.put(url, json=CONTACT)
    assert [one["would_require_911"] for one in await judgements(kept, number)] == ["no"]


async def test_a_judgement_that_came_back_is_still_the_same_when_it_is_given_again(
    client: httpx2.AsyncClient, clients: Clients, url: str
) -> None:
    supervisor = clients("supervisor", **SUPERVISOR)
    await client.put(url, json=CONTACT)
    await supervisor.put(f"{url}/judgements/agency", json=REASONED)
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})
    await client.put(url, json=CONTACT)
    again = await supervisor.put(f"{url}/judgements/agency", json=REASONED)

    assert again.headers["daylight-unchanged"] == "true"


async def test_the_same_again_changes_nothing(
    client: httpx2.AsyncClient, clients: Clients, url: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    supervisor = clients("supervisor", **SUPERVISOR)
    await supervisor.put(f"{url}/judgements/agency", json=REASONED)
    before = await rows_by_table(kept)
    again = await supervisor.put(f"{url}/judgements/agency", json=REASONED)

    assert (again.status_code, again.json()["version"], again.headers["daylight-unchanged"]) == (200, 1, "true")
    assert await rows_by_table(kept) == before


async def test_a_side_may_change_its_mind_and_keeps_when_it_first_answered(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    supervisor = clients("supervisor", **SUPERVISOR)
    await supervisor.put(f"{url}/judgements/agency", json={"would_require_911": "unknown"})
    (unanswered,) = await judgements(kept, number)
    await supervisor.put(f"{url}/judgements/agency", json=NO)
    (first,) = await judgements(kept, number)
    changed = await supervisor.put(f"{url}/judgements/agency", json=YES)
    (second,) = await judgements(kept, number)

    assert "first_decided_at" not in unanswered
    assert (changed.status_code, changed.json()["version"]) == (200, 3)
    assert unanswered["decided_at"] < first["decided_at"] == first["first_decided_at"] < second["decided_at"]
    assert second["first_decided_at"] == first["first_decided_at"]


async def test_another_reason_for_the_same_answers_is_a_version_decided_when_the_answers_were(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    supervisor = clients("supervisor", **SUPERVISOR)
    await supervisor.put(f"{url}/judgements/agency", json=NO)
    (first,) = await judgements(kept, number)
    explained = await supervisor.put(f"{url}/judgements/agency", json=REASONED)
    (second,) = await judgements(kept, number)

    assert explained.json()["version"] == 2
    assert second["decided_at"] == first["decided_at"]


async def test_if_match_names_the_version_of_the_judgement_that_is_meant(
    client: httpx2.AsyncClient, clients: Clients, url: str
) -> None:
    await client.put(url, json=CONTACT)
    supervisor = clients("supervisor", **SUPERVISOR)
    too_early = await supervisor.put(f"{url}/judgements/agency", json=NO, headers={"If-Match": '"1"'})
    await supervisor.put(f"{url}/judgements/agency", json=NO)
    stale = await supervisor.put(f"{url}/judgements/agency", json=YES, headers={"If-Match": '"7"'})
    right = await supervisor.put(f"{url}/judgements/agency", json=YES, headers={"If-Match": '"1"'})

    assert (too_early.status_code, too_early.json()["code"]) == (412, "version-conflict")
    assert (stale.status_code, stale.headers["etag"]) == (412, '"1"')
    assert (right.status_code, right.headers["etag"]) == (200, '"2"')


async def test_the_answer_says_whether_the_sides_agree_and_a_disagreement_is_flagged(
    client: httpx2.AsyncClient, clients: Clients, url: str
) -> None:
    await client.put(url, json=CONTACT)
    supervisor, principal = clients("supervisor", **SUPERVISOR), clients("principal", **PRINCIPAL)
    await supervisor.put(f"{url}/judgements/agency", json=NO)
    against = await principal.put(f"{url}/judgements/school", json=YES)

    assert against.json()["agreement"] == {
        "911": "disagree",
        "school_involving": "one_missing",
        "sro_intervening": "one_missing",
    }
    assert {"P3-OUTSIDE-SCOPE-911", "P7-JUDGEMENTS-DISAGREE:911"} <= (await flags_of(client, url)).keys()

    agreed = await supervisor.put(f"{url}/judgements/agency", json=YES)
    assert set(agreed.json()["agreement"].values()) == {"agree"}
    assert not {"P3-OUTSIDE-SCOPE-911", "P7-JUDGEMENTS-DISAGREE:911"} & (await flags_of(client, url)).keys()


async def test_a_judgement_meets_its_sides_clock_and_changes_no_version_of_the_incident(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    await clients("principal", **PRINCIPAL).put(f"{url}/judgements/school", json=NO)

    assert "met_at" in await clock(kept, number, "P3-JUDGEMENT", "school")
    assert "met_at" not in await clock(kept, number, "P3-JUDGEMENT", "agency")
    assert (await client.get(url)).headers["etag"] == '"1"'


async def test_the_reasons_text_is_in_the_vault_of_its_side_alone(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    answer = await clients("principal", **PRINCIPAL).put(f"{url}/judgements/school", json=REASONED)

    (judgement,) = await judgements(kept, number)
    assert judgement["reason"] == {"code": "profanity", "text": "given"}
    custodian = await kept.fetchval("select custodian from vault.sealed where record_id = $1", answer.json()["id"])
    assert custodian == "9900001"
    said = await kept.fetchval("select string_agg(document::text, '') from log")
    assert "only swore" not in answer.text + said


async def test_a_reason_that_is_taken_back_is_forgotten(
    client: httpx2.AsyncClient, clients: Clients, url: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    supervisor = clients("supervisor", **SUPERVISOR)
    await supervisor.put(f"{url}/judgements/agency", json=REASONED)
    answer = await supervisor.put(f"{url}/judgements/agency", json=NO)
    assert await kept.fetchval("select count(*) from vault.sealed where record_id = $1", answer.json()["id"]) == 0


async def test_a_district_that_the_record_has_left_has_no_say_until_it_comes_back(
    client: httpx2.AsyncClient, clients: Clients, url: str, number: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    await clients("principal", **PRINCIPAL).put(f"{url}/judgements/school", json=NO)
    await client.put(url, json=CONTACT | {"school_id": OTHER_SCHOOL})

    assert await judgements(kept, number) == []
    assert "P3-OUTSIDE-SCOPE-911" not in await flags_of(client, url)
    assert "met_at" not in await clock(kept, number, "P3-JUDGEMENT", "school")
    other = await clients("other", **OTHER_PRINCIPAL).put(f"{url}/judgements/school", json=YES)
    assert (other.status_code, other.json()["version"]) == (201, 1)

    await client.put(url, json=CONTACT)
    assert [one["would_require_911"] for one in await judgements(kept, number)] == ["no"]
    assert "P3-OUTSIDE-SCOPE-911" in await flags_of(client, url)


async def test_the_position_of_a_judgement_covers_what_follows_from_it(
    client: httpx2.AsyncClient, clients: Clients, url: str, kept: Connection
) -> None:
    await client.put(url, json=CONTACT)
    answer = await clients("supervisor", **SUPERVISOR).put(f"{url}/judgements/agency", json=NO)
    last = await kept.fetchval(
        "select epoch || '.' || transaction_id || '.' || id from log order by transaction_id desc, id desc limit 1"
    )
    assert answer.headers["daylight-position"] == f"incidents:{last}"
