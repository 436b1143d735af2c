"""Taking an entry out of the directory, and bringing it back."""

import httpx2

from tests.reporting.conftest import LINCOLN, SCHOOL

URL = f"/v1/schools/{SCHOOL}"
MISTAKEN = {"reason_code": "entered_in_error"}


async def test_what_is_void_is_found_no_more(state: httpx2.AsyncClient, public: httpx2.AsyncClient) -> None:
    await state.put(URL, json=LINCOLN)
    voided = await state.post(f"{URL}/void", json=MISTAKEN)

    assert (voided.status_code, voided.json()["status"], voided.headers["etag"]) == (200, "void", '"2"')
    assert voided.headers["daylight-position"].startswith("reporting:")
    assert (await public.get(URL)).status_code == 404
    assert (await public.get("/v1/schools")).json()["schools"] == []


async def test_void_again_changes_nothing(state: httpx2.AsyncClient) -> None:
    await state.put(URL, json=LINCOLN)
    await state.post(f"{URL}/void", json=MISTAKEN)
    again = await state.post(f"{URL}/void", json=MISTAKEN)

    assert (again.status_code, again.json()["version"], again.headers["daylight-unchanged"]) == (200, 2, "true")


async def test_what_was_never_there_cannot_be_void(state: httpx2.AsyncClient) -> None:
    refused = await state.post(f"{URL}/void", json=MISTAKEN)
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")


async def test_a_put_brings_it_back_as_the_next_version(state: httpx2.AsyncClient) -> None:
    first = await state.put(URL, json=LINCOLN)
    await state.post(f"{URL}/void", json=MISTAKEN)
    back = await state.put(URL, json=LINCOLN)

    assert (back.status_code, back.json()["version"], back.json()["status"]) == (200, 3, "live")
    assert back.json()["id"] == first.json()["id"]
    assert (await state.get(URL)).json()["name"] == LINCOLN["name"]


async def test_a_repeat_of_a_void_is_answered_as_the_first_was(state: httpx2.AsyncClient) -> None:
    await state.put(URL, json=LINCOLN)
    once = {"Idempotency-Key": "void-lincoln"}
    first = await state.post(f"{URL}/void", json=MISTAKEN, headers=once)
    await state.put(URL, json=LINCOLN)
    again = await state.post(f"{URL}/void", json=MISTAKEN, headers=once)
    other = await state.post(f"{URL}/void", json={"reason_code": "duplicate"}, headers=once)

    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (await state.get(URL)).status_code == 200


async def test_a_void_without_a_reason_of_the_list_is_refused(state: httpx2.AsyncClient) -> None:
    await state.put(URL, json=LINCOLN)
    for sent in ({}, {"reason_code": "boring"}, {"reason_code": "other", "text": "why"}):
        refused = await state.post(f"{URL}/void", json=sent)
        assert refused.status_code == 422
    assert (await state.get(URL)).status_code == 200
