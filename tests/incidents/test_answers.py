"""Answering what a report left open: a PATCH lies over the report, and the nightly export does not wipe it out."""

from typing import Any

import httpx2

from tests.incidents.conftest import HALLWAY, Connection

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
DETENTION = HALLWAY | {
    "on_school_grounds": "yes",
    "actions": [
        {
            "action_number": 2,
            "type": "detention",
            "person_number": 1,
            "started_at": "2026-10-05T10:15:00-07:00",
            "in_public_view": "unknown",
        }
    ],
    "detention_documentation": [{"documentation_number": 7, "action_numbers": [2]}],
}


async def patch(client: httpx2.AsyncClient, url: str, answers: dict[str, Any], **headers: str) -> httpx2.Response:
    """Answer with a merge patch."""
    return await client.patch(url, json=answers, headers=MERGE_PATCH | headers)


async def action(client: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    """The record's only action."""
    [one] = (await client.get(url)).json()["actions"]
    return dict(one)


async def test_an_answer_is_a_version_and_its_question_is_not_asked_again(client: httpx2.AsyncClient, url: str) -> None:
    first = await client.put(url, json=DETENTION)
    assert "/actions/2/in_public_view" in [one["pointer"] for one in first.json()["open_questions"]]

    answered = await patch(client, url, {"actions": {"2": {"in_public_view": "no"}}})

    assert (answered.status_code, answered.json()["version"], answered.headers["etag"]) == (200, 2, '"2"')
    assert "/actions/2/in_public_view" not in [one["pointer"] for one in answered.json()["open_questions"]]
    assert (await action(client, url))["in_public_view"] == "no"


async def test_the_nightly_export_does_not_wipe_an_answer_out(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DETENTION)
    await patch(client, url, {"actions": {"2": {"in_public_view": "no"}}})
    again = await client.put(url, json=DETENTION)

    assert again.headers["daylight-unchanged"] == "true"
    assert (await action(client, url))["in_public_view"] == "no"


async def test_a_report_that_learned_better_wins_and_the_answer_is_listed(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DETENTION)
    await patch(client, url, {"actions": {"2": {"in_public_view": "no"}}})
    [detention] = DETENTION["actions"]
    answer = await client.put(url, json=DETENTION | {"actions": [detention | {"in_public_view": "yes"}]})

    assert (await action(client, url))["in_public_view"] == "yes"
    assert answer.json()["superseded_answers"] == [
        {"pointer": "/actions/2/in_public_view", "because": "changed", "answer": "no"}
    ]


async def test_null_takes_an_answer_back(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DETENTION)
    await patch(client, url, {"actions": {"2": {"in_public_view": "no"}}})
    await patch(client, url, {"actions": {"2": {"in_public_view": None}}})
    assert (await action(client, url))["in_public_view"] == "unknown"


async def test_a_text_that_answers_goes_to_the_vault_and_comes_into_no_log(
    client: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    await client.put(url, json=DETENTION)
    answer = await patch(client, url, {"detention_documentation": {"7": {"basis": "He ran towards Wilhelmina."}}})

    assert answer.status_code == 200
    assert "Wilhelmina" not in answer.text
    [documentation] = (await client.get(url)).json()["detention_documentation"]
    assert documentation["basis"] == "given"
    assert await kept.fetchval("select count(*) from log where document::text like '%Wilhelmina%'") == 0
    assert await kept.fetchval("select count(*) from incident where layers::text like '%Wilhelmina%'") == 0
    sealed = "select count(*) from vault.sealed where pointer = '/detention_documentation/7/basis' and record_id = $1"
    assert await kept.fetchval(sealed, answer.json()["id"]) == 1

    await patch(client, url, {"detention_documentation": {"7": {"basis": None}}})
    assert await kept.fetchval(sealed, answer.json()["id"]) == 0


async def test_documentation_is_complete_since_the_version_that_gave_its_last_part(
    client: httpx2.AsyncClient, url: str
) -> None:
    await client.put(url, json=DETENTION)
    parts = {"basis": "…", "at_school_factors": "…", "no_arrest": True}
    await patch(client, url, {"detention_documentation": {"7": parts}})
    [first] = (await client.get(url)).json()["detention_documentation"]
    await patch(client, url, {"actions": {"2": {"in_public_view": "no"}}})
    [later] = (await client.get(url)).json()["detention_documentation"]
    assert first["complete_since"]
    assert later["complete_since"] == first["complete_since"]


async def test_a_patch_adds_no_element(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DETENTION)
    refused = await patch(client, url, {"actions": {"3": {"in_public_view": "no"}, "2": {"purpose": "safety"}}})

    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("#/actions/3", "invalid-value")]
    assert (await client.get(url)).json()["version"] == 1


async def test_documentation_is_not_closed_with_an_empty_part(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DETENTION)
    closed = {"completed_at": "2026-10-05T12:00:00-07:00", "basis": "…"}
    refused = await patch(client, url, {"detention_documentation": {"7": closed}})

    assert {(one["pointer"], one["code"]) for one in refused.json()["errors"]} == {
        ("#/detention_documentation/7/at_school_factors", "required-question-unanswered"),
        ("#/detention_documentation/7/probable_cause_factors", "required-question-unanswered"),
    }


async def test_an_answer_for_another_version_is_refused(client: httpx2.AsyncClient, url: str) -> None:
    await client.put(url, json=DETENTION)
    refused = await patch(client, url, {"status": "closed"}, **{"If-Match": '"7"'})
    assert (refused.status_code, refused.json()["code"]) == (412, "version-conflict")


async def test_a_void_record_has_no_answers_until_it_comes_back_and_then_has_those_it_had(
    client: httpx2.AsyncClient, url: str
) -> None:
    await client.put(url, json=DETENTION)
    await patch(client, url, {"actions": {"2": {"in_public_view": "no"}}})
    await client.post(f"{url}/void", json={"reason_code": "duplicate"})
    refused = await patch(client, url, {"status": "closed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal-transition")

    await client.put(url, json=DETENTION)
    assert (await action(client, url))["in_public_view"] == "no"


async def test_nobody_answers_for_a_record_of_another_agency(
    client: httpx2.AsyncClient, clients: Any, url: str
) -> None:
    await client.put(url, json=DETENTION)
    other = clients("other", oris=["XX0000200"])
    refused, never_seen = await patch(other, url, {"status": "closed"}), await patch(other, f"{url}-0", {})
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    assert refused.json() | {"request_id": ""} == never_seen.json() | {"request_id": ""}


async def test_a_school_that_was_answered_gives_way_to_the_agencys_code_when_it_is_taken_back(
    client: httpx2.AsyncClient, url: str
) -> None:
    coded = {name: value for name, value in DETENTION.items() if name != "school_id"} | {"school_code": "TAKEN-BACK"}
    await client.put(url, json=coded)
    await patch(client, url, {"school_id": "990000100002"})
    mapping = {"school_id": "990000100001"}
    await client.put("/v1/school-codes/XX0000100/TAKEN-BACK", json=mapping)
    assert (await client.get(url)).json()["school_id"] == "990000100002"

    await patch(client, url, {"school_id": None})
    assert (await client.get(url)).json()["school_id"] == "990000100001"
