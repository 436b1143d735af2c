"""Many who write the same entries at once: each is answered, and every version is one."""

import asyncio
import random

import httpx2
import orjson

from tests.reporting.conftest import DISTRICT, SCHOOL

WRITERS, SCHOOLS = 40, 1_500


async def test_pushed_by_many_at_once_each_is_answered_and_each_version_is_one(state: httpx2.AsyncClient) -> None:
    names = [f"Made-up School {number}" for number in range(WRITERS)]
    answers = await asyncio.gather(*(state.put(f"/v1/schools/{SCHOOL}", json={"name": name}) for name in names))

    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, WRITERS + 1))
    assert [answer.status_code for answer in answers].count(201) == 1


async def test_bulk_pushes_of_the_same_entries_in_any_order_never_wait_for_each_other(
    state: httpx2.AsyncClient,
) -> None:
    school_ids = [f"{DISTRICT}{number:05}" for number in range(SCHOOLS)]

    async def push(seed: int) -> str:
        shuffled = random.Random(seed).sample(school_ids, SCHOOLS)
        lines = [{"kind": "school", "school_id": one, "name": f"Made-up {seed}"} for one in shuffled]
        content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
        headers = {"Content-Type": "application/x-ndjson"}
        return (await state.post("/v1/directory/bulk", content=content, headers=headers)).text

    counts = dict.fromkeys(("created", "changed"), 0)
    for first in range(0, 12, 4):
        for answer in await asyncio.gather(*(push(seed) for seed in range(first, first + 4))):
            ending = orjson.loads(answer.splitlines()[-1])
            assert ending["complete"]
            for result in counts:
                counts[result] += ending["summary"].get(result, 0)

    assert counts == {"created": SCHOOLS, "changed": 11 * SCHOOLS}
