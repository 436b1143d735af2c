"""A match and a report at the same moment: whichever comes first, nobody is matched who was not looked at."""

import asyncio

import httpx2

from tests.incidents.conftest import Connection
from tests.incidents.matches.conftest import FIRST, NUMBER, SECOND, TWO

ROUNDS = 8


async def test_a_match_never_falls_on_somebody_whom_a_report_has_just_put_there(
    client: httpx2.AsyncClient, district: httpx2.AsyncClient, copy: str, url: str, kept: Connection
) -> None:
    for attempt in range(ROUNDS):
        replaced = TWO | {"people": [FIRST | {"identity": {"name": f"Made-up Student {attempt}"}}, SECOND]}
        matched, *reported = await asyncio.gather(
            district.put(f"{copy}/1", json=NUMBER | {"how": "own_case" if attempt % 2 else "other"}),
            *[client.put(url, json=one) for one in (replaced, TWO, replaced)],
        )
        assert matched.status_code in (200, 201)
        assert {one.status_code for one in reported} == {200}
        key = "/".join(url.split("/")[-2:])
        person = await kept.fetchval(
            "select one ->> 'sealed_digest' from incident, jsonb_array_elements(document -> 'people') as one"
            " where key = $1 and one ->> 'person_number' = '1'",
            key,
        )
        row = await kept.fetchrow("select state, document ->> 'person' as person from match where about = $1", key)
        assert row["state"] == "void" or row["person"] == person


async def test_two_districts_words_at_once_are_two_versions(
    district: httpx2.AsyncClient, copy: str, kept: Connection, url: str
) -> None:
    said = [{"student_number": f"S{number}"} for number in range(6)]
    answers = await asyncio.gather(*[district.put(f"{copy}/1", json=one) for one in said])
    assert sorted(answer.json()["version"] for answer in answers) == [1, 2, 3, 4, 5, 6]
    assert await kept.fetchval("select version from match where about = $1", "/".join(url.split("/")[-2:])) == 6
