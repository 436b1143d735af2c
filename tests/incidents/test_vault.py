"""Names and sentences: they come back from the vault as they were sent, and stand nowhere else."""

import json
import logging
from typing import Any
from uuid import UUID

import httpx2
import pytest
from cryptography.exceptions import InvalidTag
from fastapi import FastAPI

from shared.records import log
from shared.records.vault import Vault
from shared.secrets import Secrets
from tests.incidents.bulk import push, put
from tests.incidents.conftest import HALLWAY, Clients, Connection
from tests.incidents.evidence import rows_by_table

QUILLON: dict[str, Any] = HALLWAY["people"][0]
OTTOLINE = {"person_number": 5, "involvement": ["victim"], "identity": {"name": "Ottoline Brandybuck"}}
PAIR = HALLWAY | {"people": [QUILLON, OTTOLINE]}
FULL: dict[str, Any] = HALLWAY | {
    "people": [
        QUILLON
        | {
            "identity": {
                "name": "sealed Quillon",
                "birth_date": "1907-03-04",
                "student_number": "sealed-4711",
                "student_number_source": "id_shown",
            },
            "self_reported": {
                "volunteered": True,
                "sexual_orientation": "sealed words 1",
                "gender_identity": "sealed words 2",
                "intersex": "sealed words 3",
            },
        }
    ],
    "actions": [
        {
            "type": "detention",
            "person_number": 1,
            "legal_basis": {"code": "warrant", "text": "sealed words 4"},
            "alternatives_not_possible_reason": {"text": "sealed words 5"},
            "view_not_possible_reason": {"code": "corridor", "text": "sealed words 6"},
            "modifications": {"needed": "yes", "made": [], "reason_none": {"text": "sealed words 7"}},
        }
    ],
    "detention_documentation": [
        {"basis": "sealed words 8", "at_school_factors": "sealed words 9", "probable_cause_factors": "sealed words 10"}
    ],
    "narrative": "sealed words 11",
}


@pytest.fixture
def vault(app: FastAPI, secrets: Secrets) -> Vault:
    """A vault of another process under the same master key."""
    return Vault(secrets.master_key())


async def pushed(client: httpx2.AsyncClient, url: str, report: dict[str, Any]) -> UUID:
    answer = await client.put(url, json=report)
    assert answer.status_code in {200, 201}, answer.text
    return UUID(answer.json()["id"])


async def test_what_was_sealed_comes_back_as_it_was_sent(
    client: httpx2.AsyncClient, url: str, app: FastAPI, vault: Vault
) -> None:
    record_id = await pushed(client, url, FULL)
    person, action = FULL["people"][0], FULL["actions"][0]
    assert await vault.unseal(app.state.held.database, record_id) == {
        0: {
            "/narrative": FULL["narrative"],
            "/actions/0/legal_basis/text": action["legal_basis"]["text"],
            "/actions/0/alternatives_not_possible_reason/text": action["alternatives_not_possible_reason"]["text"],
            "/actions/0/view_not_possible_reason/text": action["view_not_possible_reason"]["text"],
            "/actions/0/modifications/reason_none/text": action["modifications"]["reason_none"]["text"],
            "/detention_documentation/0/basis": "sealed words 8",
            "/detention_documentation/0/at_school_factors": "sealed words 9",
            "/detention_documentation/0/probable_cause_factors": "sealed words 10",
        },
        1: {"/people/0/identity": person["identity"], "/people/0/self_reported": person["self_reported"]},
    }


async def test_what_was_sealed_stands_in_no_row_no_event_and_no_log_line(
    client: httpx2.AsyncClient, url: str, app: FastAPI, kept: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        record_id = await pushed(client, url, FULL)
        await pushed(client, url, FULL | {"narrative": "sealed words 12"})
        await client.put(url, json=FULL | {"narrative": 3, "initiated_by": "sealed words 13"})
    rows = await kept.fetch("select to_jsonb(l) from log l where record_id = $1", record_id)
    rows += await kept.fetch("select to_jsonb(i) from incident i where id = $1", record_id)
    async with app.state.held.database.connection() as connection:
        events = await log.outgoing(connection, "incidents", 1, 10_000)
    said = "\n".join([row[0] for row in rows] + [event.content.decode() for event in events] + caplog.messages)

    assert str(record_id) in said
    assert "sealed words" not in said
    assert "sealed-4711" not in said
    assert "sealed Quillon" not in said
    assert "1907-03-04" not in said
    for row in await kept.fetch("select wrapped, ciphertext from vault.sealed where record_id = $1", record_id):
        assert b"sealed" not in row["wrapped"] + row["ciphertext"]


async def test_a_change_of_a_name_alone_is_a_new_version_that_does_not_say_what_changed(
    client: httpx2.AsyncClient, url: str, app: FastAPI, vault: Vault, kept: Connection
) -> None:
    record_id = await pushed(client, url, HALLWAY)
    renamed = QUILLON | {"identity": QUILLON["identity"] | {"name": "Quillon Vastergard"}}
    again = await client.put(url, json=HALLWAY | {"people": [renamed]})

    assert again.json()["version"] == 2
    parts = await vault.unseal(app.state.held.database, record_id)
    assert parts[1]["/people/0/identity"]["name"] == "Quillon Vastergard"
    rows = await kept.fetch("select document from log where record_id = $1 order by version", record_id)
    first, second = (json.loads(row["document"]) for row in rows)
    assert first["people"][0].pop("sealed_digest") != second["people"][0].pop("sealed_digest")
    assert first == second


async def test_the_same_name_in_two_records_has_two_digests_and_two_ciphertexts(
    client: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    ids = [await pushed(client, f"{url}-{copy}", HALLWAY) for copy in "AB"]
    rows = await kept.fetch(
        "select document -> 'people' -> 0 ->> 'sealed_digest' as digest, ciphertext"
        " from incident join vault.sealed on record_id = id and subject = 1 where id = any($1)",
        ids,
    )
    assert len({row["digest"] for row in rows}) == len({row["ciphertext"] for row in rows}) == 2


async def test_an_unchanged_push_encrypts_nothing_anew(client: httpx2.AsyncClient, url: str, kept: Connection) -> None:
    record_id = await pushed(client, url, PAIR)
    vault_rows = "select subject, wrapped, ciphertext, xmin::text from vault.sealed where record_id = $1 order by 1"
    before = await kept.fetch(vault_rows, record_id)
    await pushed(client, url, PAIR | {"source_version": 3})
    await push(client, [put(url.rpartition("/")[2], people=PAIR["people"])])
    assert await kept.fetch(vault_rows, record_id) == before


async def test_a_correction_of_facts_alone_encrypts_nothing_anew(
    client: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    record_id = await pushed(client, url, PAIR)
    before = await kept.fetch("select ciphertext from vault.sealed where record_id = $1 order by subject", record_id)
    await pushed(client, url, PAIR | {"status": "closed"})
    after = await kept.fetch("select ciphertext from vault.sealed where record_id = $1 order by subject", record_id)
    assert after == before


async def test_a_person_that_is_left_out_is_forgotten_with_the_next_version(
    client: httpx2.AsyncClient, url: str, app: FastAPI, vault: Vault
) -> None:
    record_id = await pushed(client, url, PAIR)
    await pushed(client, url, HALLWAY)
    assert set(await vault.unseal(app.state.held.database, record_id)) == {0, 1}


async def test_a_version_that_was_overtaken_seals_nothing(
    client: httpx2.AsyncClient, url: str, app: FastAPI, vault: Vault
) -> None:
    record_id = await pushed(client, url, HALLWAY | {"source_version": 5})
    await client.put(url, json=HALLWAY | {"source_version": 4, "narrative": "an older one"})
    parts = await vault.unseal(app.state.held.database, record_id)
    assert parts[0]["/narrative"] == HALLWAY["narrative"]


async def test_deleting_a_subjects_key_forgets_that_person_alone_and_leaves_the_counts(
    client: httpx2.AsyncClient, url: str, app: FastAPI, vault: Vault, kept: Connection
) -> None:
    record_id = await pushed(client, url, PAIR)
    await kept.execute("delete from vault.sealed where record_id = $1 and subject = 5", record_id)
    parts = await vault.unseal(app.state.held.database, record_id)

    assert set(parts) == {0, 1}
    assert parts[1]["/people/0/identity"]["name"] == "Quillon Vastergaard"
    assert len((await client.get(url)).json()["people"]) == 2
    again = await client.put(url, json=PAIR)
    assert again.headers["daylight-unchanged"] == "true"
    assert set(await vault.unseal(app.state.held.database, record_id)) == {0, 1}


TAMPERED = {
    "one bit of the text": "update vault.sealed set ciphertext = set_bit(ciphertext, 200, 1 - get_bit(ciphertext, 200))"
    " where record_id = $1 and subject = 1",
    "one bit of the key": "update vault.sealed set wrapped = set_bit(wrapped, 200, 1 - get_bit(wrapped, 200))"
    " where record_id = $1 and subject = 1",
    "a text cut short": "update vault.sealed set ciphertext = substr(ciphertext, 1, length(ciphertext) - 1)"
    " where record_id = $1 and subject = 1",
    "the text of another person": "update vault.sealed kept set ciphertext = other.ciphertext from vault.sealed other"
    " where kept.record_id = $1 and other.record_id = $1 and kept.subject = 1 and other.subject = 5",
    "the row of another person": "update vault.sealed kept set ciphertext = other.ciphertext, wrapped = other.wrapped"
    " from vault.sealed other"
    " where kept.record_id = $1 and other.record_id = $1 and kept.subject = 1 and other.subject = 5",
    "two people exchanged": "update vault.sealed set subject = 6 - subject where record_id = $1 and subject = 5",
    "the row of another record": "update vault.sealed kept set ciphertext = other.ciphertext, wrapped = other.wrapped"
    " from vault.sealed other"
    " where kept.record_id = $1 and other.record_id = $2 and kept.subject = 1 and other.subject = 1",
    "the key of another custodian": "update vault.sealed set custodian = 'XX0000900'"
    " where record_id = $1 and subject = 1",
}


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED)
async def test_a_row_that_was_flipped_or_swapped_is_refused(
    client: httpx2.AsyncClient, url: str, app: FastAPI, vault: Vault, kept: Connection, statement: str
) -> None:
    await vault.custodian(app.state.held.database, "XX0000900")
    record_id, other_id = await pushed(client, url, PAIR), await pushed(client, f"{url}-B", PAIR)
    if "6 - subject" in statement:
        await kept.execute("delete from vault.sealed where record_id = $1 and subject = 1", record_id)
    if "$2" in statement:
        await kept.execute(statement, record_id, other_id)
    else:
        await kept.execute(statement, record_id)
    with pytest.raises(InvalidTag):
        await vault.unseal(app.state.held.database, record_id)


async def test_a_custodians_key_taken_from_another_is_refused(
    clients: Clients, app: FastAPI, secrets: Secrets, kept: Connection
) -> None:
    """The agencies are this test's own, since the key of one is lost by it."""
    for ori in ("XX0000901", "XX0000902"):
        await pushed(clients(oris=[ori]), f"/v1/incidents/{ori}/1", PAIR)
    await kept.execute(
        "update vault.custodian_key kept set wrapped = other.wrapped from vault.custodian_key other"
        " where kept.custodian = 'XX0000901' and other.custodian = 'XX0000902'"
    )
    with pytest.raises(InvalidTag):
        await Vault(secrets.master_key()).custodian(app.state.held.database, "XX0000901")


async def test_another_master_key_opens_nothing(client: httpx2.AsyncClient, url: str, app: FastAPI) -> None:
    record_id = await pushed(client, url, PAIR)
    with pytest.raises(InvalidTag):
        await Vault(bytes(32)).unseal(app.state.held.database, record_id)


async def test_a_refused_report_leaves_nothing_in_the_vault(
    client: httpx2.AsyncClient, url: str, kept: Connection
) -> None:
    before = await rows_by_table(kept)
    await client.put(url, json=PAIR | {"initiated_by": "nobody"})
    await push(client, [put("1", initiated_by="nobody"), put("2", ori="XX0000200")])
    await client.put(url, json=PAIR, headers={"Daylight-Dry-Run": "true"})
    assert await rows_by_table(kept) == before
