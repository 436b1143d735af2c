"""Bulk pushes: each line an upsert of its own, answered in order; a bad line costs only itself."""

import gzip

import httpx2
import orjson
import pytest

from tests.incidents.bulk import NDJSON, URL, ndjson, push, put, void
from tests.incidents.conftest import AGENCY, Clients, Connection
from tests.incidents.evidence import rows_by_table

FOLDER = f"/v1/incidents/{AGENCY}"


async def test_of_a_thousand_lines_three_bad_ones_cost_only_themselves(
    client: httpx2.AsyncClient, number: str, kept: Connection
) -> None:
    lines = [put(f"{number}-{index}") for index in range(1_000)]
    lines[10] |= {"initiated_by": "Zebulon Quist"}
    lines[500] |= {"occurred_at": None, "officers": []}
    lines[999] |= {"pupil": "Zebulon Quist"}
    answered = await push(client, lines)

    assert answered.ending["summary"] == {"lines": 1_000, "created": 997, "rejected": 3}
    assert answered.ending["complete"] is True
    rejected = {line["line"]: line["problem"] for line in answered.lines if line["result"] == "rejected"}
    assert {place: problem["code"] for place, problem in rejected.items()} == {
        11: "unknown-code",
        501: "invalid-value",
        1_000: "unknown-field",
    }
    assert [fault["pointer"] for fault in rejected[11]["errors"]] == ["#/initiated_by"]
    assert [fault["pointer"] for fault in rejected[501]["errors"]] == ["#/occurred_at", "#/officers"]
    assert "Zebulon" not in answered.text
    assert await kept.fetchval("select count(*) from incident where key like $1", f"{AGENCY}/{number}-%") == 997


async def test_answers_stand_in_the_order_of_the_lines_and_name_them(client: httpx2.AsyncClient, number: str) -> None:
    numbers = [f"{number}-{index}" for index in (3, 1, 2)]
    answered = await push(client, [put(one.lower()) for one in numbers])

    assert [line["line"] for line in answered.lines] == [1, 2, 3]
    assert [line["incident_number"] for line in answered.lines] == numbers
    assert {line["ori"] for line in answered.lines} == {AGENCY}
    assert set(answered.lines[0]) == {"line", "ori", "incident_number", "result", "id", "version", "etag"}


async def test_the_position_at_the_end_is_the_latest_of_all(client: httpx2.AsyncClient, number: str) -> None:
    answered = await push(client, [put(f"{number}-{index}") for index in range(5)])
    again = await client.put(f"{FOLDER}/{number}-4", json=put(f"{number}-4"))
    assert again.headers["daylight-unchanged"] == "true"
    assert answered.ending["position"] == again.headers["daylight-position"]


async def test_each_line_has_its_own_result(client: httpx2.AsyncClient, number: str) -> None:
    await push(client, [put(f"{number}-{index}", source_version=5) for index in range(4)])
    answered = await push(
        client,
        [
            put(f"{number}-0", source_version=5),
            put(f"{number}-1", source_version=6, status="closed"),
            put(f"{number}-2", source_version=4, status="closed"),
            void(f"{number}-3"),
            put(f"{number}-4"),
            void(f"{number}-unseen"),
        ],
    )
    assert answered.results == ["unchanged", "changed", "stale", "voided", "created", "rejected"]
    assert answered.lines[5]["problem"]["code"] == "not-found"
    assert [line["version"] for line in answered.lines[:5]] == [1, 2, 1, 2, 1]


async def test_a_delete_and_then_a_report_of_one_key_are_one_version(client: httpx2.AsyncClient, number: str) -> None:
    await push(client, [put(number)])
    answered = await push(client, [void(number), put(number, status="closed")])

    assert answered.results == ["changed", "changed"]
    assert [line["version"] for line in answered.lines] == [2, 2]
    assert (await client.get(f"{FOLDER}/{number}")).json()["status"] == "closed"


async def test_a_delete_and_then_the_same_report_change_nothing(client: httpx2.AsyncClient, number: str) -> None:
    await push(client, [put(number)])
    assert (await push(client, [void(number), put(number)])).results == ["unchanged", "unchanged"]


async def test_the_last_state_of_a_key_wins_however_far_apart_its_lines_are(
    client: httpx2.AsyncClient, number: str
) -> None:
    others = [put(f"{number}-{index}") for index in range(2_600)]
    answered = await push(client, [put(number, status="open"), *others, put(number.lower(), status="closed")])

    assert answered.lines[0] | {"line": 0} == answered.lines[-1] | {"line": 0}
    assert answered.lines[-1]["version"] == 1
    assert (await client.get(f"{FOLDER}/{number}")).json()["status"] == "closed"


async def test_a_bad_last_line_of_a_key_leaves_the_good_one_before_it(client: httpx2.AsyncClient, number: str) -> None:
    answered = await push(client, [put(number, status="open"), put(number, status="ajar")])
    assert answered.results == ["created", "rejected"]
    assert (await client.get(f"{FOLDER}/{number}")).json()["status"] == "open"


async def test_another_agencys_line_is_rejected_alone(clients: Clients, number: str) -> None:
    answered = await push(clients(), [put(number), put(number, ori="XX0000200"), put(f"{number}-B")])
    assert answered.results == ["created", "rejected", "created"]
    assert answered.lines[1]["problem"]["code"] == "not-your-organisation"
    assert (await clients(oris=["XX0000200"]).get(f"/v1/incidents/XX0000200/{number}")).status_code == 404


async def test_a_gzip_body_is_taken(client: httpx2.AsyncClient, number: str) -> None:
    body = gzip.compress(ndjson([put(number), put(f"{number}-B")]))
    assert (await push(client, body, **{"Content-Encoding": "gzip"})).results == ["created", "created"]


async def test_a_gzip_body_of_several_members_is_taken_whole(client: httpx2.AsyncClient, number: str) -> None:
    first, second = (gzip.compress(ndjson([put(f"{number}-{name}")]) + b"\n") for name in "AB")
    assert (await push(client, first + second, **{"Content-Encoding": "gzip"})).results == ["created", "created"]


async def test_a_gzip_body_that_ends_early_is_not_complete_and_keeps_its_whole_lines(
    client: httpx2.AsyncClient, number: str
) -> None:
    lines = [put(f"{number}-{index}", request_reason=f"reason-{index * 7919}") for index in range(200)]
    cut = gzip.compress(ndjson(lines))[:-200]
    answered = await push(client, cut, **{"Content-Encoding": "gzip"})

    assert answered.ending["complete"] is False
    assert answered.ending["problem"]["code"] == "invalid-encoding"
    assert 0 < len(answered.lines) < 200
    assert set(answered.results) == {"created"}
    again = await push(client, lines)
    assert again.ending["summary"] == {
        "lines": 200,
        "unchanged": len(answered.lines),
        "created": 200 - len(answered.lines),
    }


async def test_a_body_cut_inside_a_line_rejects_that_line(client: httpx2.AsyncClient, number: str) -> None:
    body = ndjson([put(number), put(f"{number}-B")])[:-30]
    answered = await push(client, body)
    assert answered.results == ["created", "rejected"]
    assert answered.lines[1]["problem"]["code"] == "invalid-json"


async def test_lines_beyond_the_limit_are_left_and_said_to_be(client: httpx2.AsyncClient, number: str) -> None:
    short = b'{"op":"void","ori":"%b","incident_number":"NONE"}\n' % AGENCY.encode()
    answered = await push(client, ndjson([put(number)]) + b"\n" + short * 10_000)

    assert answered.ending["complete"] is False
    assert answered.ending["problem"]["code"] == "body-too-large"
    assert answered.ending["summary"] == {"lines": 10_000, "created": 1, "rejected": 9_999}


async def test_blank_lines_are_passed_over_and_do_not_move_the_numbers_of_others(
    client: httpx2.AsyncClient, number: str
) -> None:
    body = b"\n\r\n" + ndjson([put(number)]) + b"\r\n   \n" + ndjson([put(f"{number}-B")]) + b"\n\n"
    answered = await push(client, body)
    assert [(line["line"], line["result"]) for line in answered.lines] == [(3, "created"), (5, "created")]
    assert answered.ending["complete"] is True


@pytest.mark.parametrize("body", [b"", b"\n\n", b"   "], ids=["nothing", "line ends", "blanks"])
async def test_a_body_without_a_line_is_a_problem(client: httpx2.AsyncClient, body: bytes) -> None:
    answer = await client.post(URL, content=body, headers=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-json")


async def test_a_line_longer_than_a_record_may_be_costs_only_itself(client: httpx2.AsyncClient, number: str) -> None:
    endless = b'{"narrative":"' + b"a" * 3_000_000 + b'"}'
    answered = await push(client, [put(number), endless, put(f"{number}-B")])
    assert answered.results == ["created", "rejected", "created"]
    assert answered.lines[1]["problem"]["code"] == "body-too-large"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "invalid-json"),
        (b"[1]", "wrong-type"),
        (b"null", "wrong-type"),
        (b'{"ori":"XX0000100","ori":"XX0000100"}', "duplicate-key"),
        (b'{"ori":NaN}', "invalid-json"),
        (b'\xff\xfe{"ori":1}', "invalid-json"),
        (b"[" * 5_000 + b"]" * 5_000, "invalid-json"),
        (b'{"op":"drop","ori":"XX0000100","incident_number":"1"}', "invalid-value"),
        (b'{"op":"void","ori":"XX0000100","incident_number":"1","why":"mistake"}', "unknown-field"),
    ],
)
async def test_a_line_that_cannot_be_taken_says_why(
    client: httpx2.AsyncClient, number: str, line: bytes, code: str
) -> None:
    answered = await push(client, [line, put(number)])
    assert answered.results == ["rejected", "created"]
    assert answered.lines[0]["problem"]["code"] == code


async def test_a_line_without_a_key_is_told_all_its_faults(client: httpx2.AsyncClient) -> None:
    line = put("1", ori="nowhere", incident_number=7, initiated_by="Quist", officers=[])
    answered = await push(client, [line])
    assert [fault["pointer"] for fault in answered.lines[0]["problem"]["errors"]] == [
        "#/ori",
        "#/incident_number",
        "#/initiated_by",
        "#/officers",
    ]


async def test_a_dry_run_answers_every_line_and_stores_nothing(
    client: httpx2.AsyncClient, number: str, kept: Connection
) -> None:
    await push(client, [put(f"{number}-0")])
    before = await rows_by_table(kept)
    answered = await push(
        client,
        [put(f"{number}-0"), put(f"{number}-1"), void(f"{number}-0"), put(f"{number}-2", officers=[])],
        **{"Daylight-Dry-Run": "true"},
    )
    assert answered.results == ["voided", "created", "voided", "rejected"]
    assert answered.ending["complete"] is True
    assert await rows_by_table(kept) == before


async def test_an_idempotency_key_is_passed_over_since_each_line_is_an_upsert(
    client: httpx2.AsyncClient, number: str
) -> None:
    await push(client, [put(number)], **{"Idempotency-Key": number})
    answered = await push(client, [put(number, status="closed")], **{"Idempotency-Key": number})
    assert answered.results == ["changed"]


async def test_the_answer_is_ndjson_compressed_where_that_is_accepted(client: httpx2.AsyncClient, number: str) -> None:
    lines = ndjson([put(f"{number}-{index}") for index in range(50)])
    answer = await client.post(URL, content=lines, headers=NDJSON | {"Accept-Encoding": "gzip"})
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert answer.headers["content-encoding"] == "gzip"
    assert orjson.loads(answer.content.splitlines()[-1])["complete"] is True
