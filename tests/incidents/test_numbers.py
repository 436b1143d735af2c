"""An incident's number in canonical form: one record for every way to spell it, and the sender's spelling kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incidents.incident.keys import NUMBER, canonical
from shared.web.problems import Problem
from tests.incidents.conftest import AGENCY, HALLWAY, Clients

SAME = ["2026-a7", " 2026-A7 ", "2026/a7", "2026 A7", "2026\tA7"]
REFUSED = {
    "empty": "",
    "blanks alone": "   ",
    "too long": "1" * 41,
    "a name with an accent": "JOSÉ-1",
    "a letter that upper-cases to two": "straße",
    "a letter that upper-cases into A-Z": "mıller",
    "an emoji": "2026-🎒",
    "a line end inside": "2026\n1",
    "a line end after": "2026-1\n",
    "a control character before": "\x1c2026-1",
    "a no-break space before": "\u00a02026-1",
    "a writing-direction override": "\u202e2026-1",
    "NUL": "2026\x00",
    "a question mark": "2026?1",
    "blanks without an end": " " * 300 + "1",
}


@pytest.mark.parametrize("spelling", SAME)
def test_every_spelling_of_a_number_is_one_key(spelling: str) -> None:
    key = canonical(AGENCY, spelling)
    assert (key.number, key.source_number) == ("2026-A7", spelling)


@pytest.mark.parametrize("number", REFUSED.values(), ids=REFUSED)
def test_what_is_no_number_is_refused_without_being_repeated(number: str) -> None:
    with pytest.raises(Problem) as refused:
        canonical(AGENCY, number)
    assert [(fault.pointer, fault.code) for fault in refused.value.errors] == [("#/incident_number", "invalid-value")]


@pytest.mark.parametrize("ori", ["", "xx0000100", "XX000010", "XX00001000", "XX000010!", "XX000010٣"])
def test_what_is_no_ori_is_refused(ori: str) -> None:
    with pytest.raises(Problem) as refused:
        canonical(ori, "1")
    assert [fault.pointer for fault in refused.value.errors] == ["#/ori"]


@given(st.text(max_size=90))
def test_any_text_is_a_canonical_number_or_refused(text: str) -> None:
    try:
        key = canonical(AGENCY, text)
    except Problem:
        return
    assert NUMBER.fullmatch(key.number)
    assert canonical(AGENCY, key.number).number == key.number
    assert key.source_number.isascii()


async def test_all_spellings_reach_one_record_and_the_senders_is_kept(clients: Clients, number: str) -> None:
    client, folder = clients(), f"/v1/incidents/{AGENCY}"
    first = await client.put(f"{folder}/{number.lower()} b", json=HALLWAY)
    read = (await client.get(f"{folder}/%20{number}-B%20")).json()

    assert (first.status_code, read["id"]) == (201, first.json()["id"])
    assert (read["incident_number"], read["source_number"]) == (f"{number}-B", f"{number.lower()} b")


async def test_a_canonical_number_is_not_repeated_as_the_senders(clients: Clients, url: str) -> None:
    client = clients()
    await client.put(url, json=HALLWAY)
    assert "source_number" not in (await client.get(url)).json()


async def test_a_control_character_before_a_number_in_a_path_is_refused(clients: Clients) -> None:
    refused = await clients().put(f"/v1/incidents/{AGENCY}/%1C2026-1", json=HALLWAY)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/incident_number")
