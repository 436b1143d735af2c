"""Who may write what in the directory."""

from typing import Any

import httpx2
import pytest

from tests.reporting.conftest import (
    AGENCY,
    DISTRICT,
    LINCOLN,
    OTHER_AGENCY,
    OTHER_DISTRICT,
    OTHER_SCHOOL,
    SCHOOL,
    SERVES,
    Speaker,
)

NAMED = {"name": "Made-up"}
EVERYTHING: dict[str, dict[str, Any]] = {
    f"agencies/{AGENCY}": NAMED,
    f"agencies/{OTHER_AGENCY}": NAMED,
    f"districts/{DISTRICT}": NAMED,
    f"districts/{OTHER_DISTRICT}": NAMED,
    f"schools/{SCHOOL}": LINCOLN,
    f"schools/{OTHER_SCHOOL}": LINCOLN,
    f"partnerships/{AGENCY}/{DISTRICT}": SERVES,
    f"partnerships/{AGENCY}/{OTHER_DISTRICT}": SERVES,
    f"partnerships/{OTHER_AGENCY}/{DISTRICT}": SERVES,
    f"partnerships/{OTHER_AGENCY}/{OTHER_DISTRICT}": SERVES,
}
OF_THE_AGENCY = {
    f"agencies/{AGENCY}",
    f"partnerships/{AGENCY}/{DISTRICT}",
    f"partnerships/{AGENCY}/{OTHER_DISTRICT}",
}
OF_THE_DISTRICT = {
    f"districts/{DISTRICT}",
    f"schools/{SCHOOL}",
    f"partnerships/{AGENCY}/{DISTRICT}",
    f"partnerships/{OTHER_AGENCY}/{DISTRICT}",
}
MAY_WRITE: list[tuple[str, dict[str, Any], set[str]]] = [
    ("administrator", {"oris": []}, set(EVERYTHING)),
    ("state_system", {"oris": ["*"]}, set(EVERYTHING)),
    ("agency_system", {"oris": [AGENCY], "lea_ids": [DISTRICT]}, OF_THE_AGENCY),
    ("district_system", {"oris": [AGENCY], "lea_ids": [DISTRICT]}, OF_THE_DISTRICT),
    ("supervisor", {"oris": [AGENCY]}, set()),
    ("privacy_officer", {"oris": [], "lea_ids": [DISTRICT]}, set()),
    ("school_leader", {"oris": [], "lea_ids": [DISTRICT], "school_ids": [SCHOOL]}, set()),
]


@pytest.mark.parametrize(("role", "claims", "own"), MAY_WRITE, ids=[role for role, _, _ in MAY_WRITE])
async def test_each_role_writes_its_own_and_nothing_else(
    speaker: Speaker, role: str, claims: dict[str, Any], own: set[str]
) -> None:
    client = speaker(role, **claims)
    answers = {entry: await client.put(f"/v1/{entry}", json=sent) for entry, sent in EVERYTHING.items()}

    assert {entry for entry, answer in answers.items() if answer.status_code == 201} == own
    refused = [answer.json()["code"] for entry, answer in answers.items() if entry not in own]
    assert set(refused) <= {"not-your-organisation"}


async def test_nobody_makes_a_foreign_entry_void(state: httpx2.AsyncClient, speaker: Speaker) -> None:
    await state.put(f"/v1/schools/{OTHER_SCHOOL}", json=LINCOLN)
    district = speaker("district_system", oris=[], lea_ids=[DISTRICT])
    refused = await district.post(f"/v1/schools/{OTHER_SCHOOL}/void", json={"reason_code": "other"})

    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-organisation")
    assert (await state.get(f"/v1/schools/{OTHER_SCHOOL}")).status_code == 200


async def test_without_the_scope_nothing_is_written(speaker: Speaker) -> None:
    client = speaker("administrator", scope="records.read")
    refused = await client.put(f"/v1/schools/{SCHOOL}", json=LINCOLN)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient-scope")


async def test_without_a_token_nothing_is_written(public: httpx2.AsyncClient) -> None:
    refused = await public.put(f"/v1/schools/{SCHOOL}", json=LINCOLN)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
