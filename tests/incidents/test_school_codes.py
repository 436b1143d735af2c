"""Schools by the agency's own words: stored before they are mapped, and reached when they are."""

import asyncio

import httpx2
import pytest

from tests.incidents.bulk import push, put
from tests.incidents.conftest import AGENCY, HALLWAY, Clients, Connection
from tests.waiting import eventually

SCHOOL, OTHER_SCHOOL = "990000100001", "990000100002"
BARE = {name: value for name, value in HALLWAY.items() if name != "school_id"}


@pytest.fixture
def code(number: str) -> str:
    """A school code that no other test uses."""
    return f"S-{number}"


@pytest.fixture
def mapping(code: str) -> str:
    """Where that code is mapped."""
    return f"/v1/school-codes/{AGENCY}/{code}"


def asked(receipt: httpx2.Response) -> set[str]:
    return {question["pointer"] for question in receipt.json()["open_questions"]}


async def test_an_unmapped_code_is_stored_with_an_open_question(
    client: httpx2.AsyncClient, url: str, code: str
) -> None:
    receipt = await client.put(url, json=BARE | {"school_code": code})
    assert receipt.status_code == 201
    assert "/school_id" in asked(receipt)
    assert "school_id" not in (await client.get(url)).json()


async def test_mapping_a_code_later_reaches_the_records_already_there_as_new_versions(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str, kept: Connection
) -> None:
    record_id = (await client.put(url, json=BARE | {"school_code": code})).json()["id"]
    mapped = await client.put(mapping, json={"school_id": SCHOOL})
    read = (await client.get(url)).json()

    assert mapped.status_code == 201
    assert (read["version"], read["school_id"]) == (2, SCHOOL)
    rows = await kept.fetch(
        "select version, document ->> 'school_id' as school from log where record_id = $1", record_id
    )
    assert {row["version"]: row["school"] for row in rows} == {1: None, 2: SCHOOL}


async def test_the_senders_next_push_of_the_same_changes_nothing(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str
) -> None:
    await client.put(url, json=BARE | {"school_code": code})
    await client.put(mapping, json={"school_id": SCHOOL})
    again = await client.put(url, json=BARE | {"school_code": code})
    assert again.headers["daylight-unchanged"] == "true"
    assert "/school_id" not in asked(again)


async def test_a_record_pushed_after_its_code_was_mapped_has_its_school_at_once(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str
) -> None:
    await client.put(mapping, json={"school_id": SCHOOL})
    receipt = await client.put(url, json=BARE | {"school_code": code})
    assert "/school_id" not in asked(receipt)
    assert (await client.get(url)).json()["school_id"] == SCHOOL


async def test_a_mapping_that_is_mended_moves_its_records_once(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str
) -> None:
    await client.put(url, json=BARE | {"school_code": code})
    await client.put(mapping, json={"school_id": SCHOOL})
    mended = await client.put(mapping, json={"school_id": OTHER_SCHOOL})
    same = await client.put(mapping, json={"school_id": OTHER_SCHOOL})
    read = (await client.get(url)).json()

    assert (mended.status_code, mended.headers["etag"]) == (200, '"2"')
    assert same.headers["daylight-unchanged"] == "true"
    assert (read["version"], read["school_id"]) == (3, OTHER_SCHOOL)


async def test_a_school_that_the_sender_named_is_left_as_it_is(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str
) -> None:
    await client.put(url, json=HALLWAY | {"school_code": code})
    await client.put(mapping, json={"school_id": OTHER_SCHOOL})
    read = (await client.get(url)).json()
    assert (read["version"], read["school_id"]) == (1, HALLWAY["school_id"])


@pytest.mark.parametrize(
    ("valid", "mapped"),
    [
        ({"valid_from": "2026-10-05"}, True),
        ({"valid_to": "2026-10-05"}, True),
        ({"valid_from": "2026-10-05", "valid_to": "2026-10-05"}, True),
        ({"valid_from": "2026-10-06"}, False),
        ({"valid_to": "2026-10-04"}, False),
    ],
)
async def test_a_code_means_a_school_only_between_its_days(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str, valid: dict[str, str], mapped: bool
) -> None:
    """The day is the one where it happened: half past ten at night there is the next day in Greenwich."""
    await client.put(url, json=BARE | {"school_code": code, "occurred_at": "2026-10-05T22:30:00-07:00"})
    await client.put(mapping, json={"school_id": SCHOOL} | valid)
    assert ((await client.get(url)).json().get("school_id") == SCHOOL) is mapped


async def test_a_code_that_no_longer_covers_the_day_takes_the_school_back(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str
) -> None:
    await client.put(url, json=BARE | {"school_code": code})
    await client.put(mapping, json={"school_id": SCHOOL})
    await client.put(mapping, json={"school_id": SCHOOL, "valid_to": "2026-01-01"})
    assert "school_id" not in (await client.get(url)).json()


async def test_a_void_record_gets_its_school_and_stays_void(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str, kept: Connection
) -> None:
    record_id = (await client.put(url, json=BARE | {"school_code": code})).json()["id"]
    await client.post(f"{url}/void", json={"reason_code": "other"})
    await client.put(mapping, json={"school_id": SCHOOL})

    assert (await client.get(url)).json()["status"] == "void"
    last = await kept.fetchrow("select change, document from log where record_id = $1 order by version desc", record_id)
    assert (last["change"], last["document"]) == ("voided", None)


async def test_days_in_the_wrong_order_are_refused(client: httpx2.AsyncClient, mapping: str) -> None:
    refused = await client.put(
        mapping, json={"school_id": SCHOOL, "valid_from": "2026-10-05", "valid_to": "2026-10-04"}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "time-order")


async def test_another_agencys_code_is_its_own(clients: Clients, url: str, code: str, mapping: str) -> None:
    ours, theirs = clients(), clients("theirs", oris=["XX0000200"])
    await ours.put(url, json=BARE | {"school_code": code})
    refused = await theirs.put(mapping, json={"school_id": SCHOOL})
    await theirs.put(f"/v1/school-codes/XX0000200/{code}", json={"school_id": SCHOOL})

    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-organisation")
    assert (await ours.get(url)).json()["version"] == 1


async def test_more_records_than_are_mapped_at_once_all_get_their_school(
    client: httpx2.AsyncClient, number: str, code: str, mapping: str, kept: Connection
) -> None:
    lines = [put(f"{number}-{index:04}", school_id=None, school_code=code) for index in range(1_100)]
    await push(client, lines)
    await client.put(mapping, json={"school_id": SCHOOL})
    schools = await kept.fetch(
        "select document ->> 'school_id' as school, count(*) from incident where school_code = $1 group by 1", code
    )
    assert [tuple(row) for row in schools] == [(SCHOOL, 1_100)]


async def test_a_push_that_races_the_mapping_never_stays_unmapped(
    client: httpx2.AsyncClient, number: str, kept: Connection
) -> None:
    """Forty times a mapping among pushes, single and bulk, each time begun at another place among them."""
    for turn in range(40):
        code = f"R-{number}-{turn}"
        single = [
            client.put(f"/v1/incidents/{AGENCY}/{code}-{index}", json=BARE | {"school_code": code})
            for index in range(4)
        ]
        bulk = push(client, [put(f"{code}-{index}", school_id=None, school_code=code) for index in range(3, 8)])
        mapped = client.put(f"/v1/school-codes/{AGENCY}/{code}", json={"school_id": SCHOOL})
        order = [*single, bulk]
        order.insert(turn % 6, mapped)
        await asyncio.gather(*order)
    schools = await kept.fetch(
        "select document ->> 'school_id' as school, count(*) from incident where school_code like $1 group by 1",
        f"R-{number}-%",
    )
    assert [tuple(row) for row in schools] == [(SCHOOL, 320)]


async def test_a_push_waits_for_a_mapping_that_is_being_written(
    client: httpx2.AsyncClient, url: str, code: str, mapping: str, kept: Connection
) -> None:
    async with kept.transaction():
        await kept.execute("select pg_advisory_xact_lock(hashtextextended($1, 11))", f"{AGENCY}/{code}")
        pushed = asyncio.create_task(client.put(url, json=BARE | {"school_code": code}))
        await eventually(lambda: kept.fetchval("select count(*) from pg_locks where not granted"))
        assert not pushed.done()
    assert (await pushed).status_code == 201
