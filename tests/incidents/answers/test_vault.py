"""The vault keeps what a report says and each answer apart: one can go while nothing else is opened."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from fastapi import FastAPI

from services.incidents.incident.tables import INCIDENT
from shared.records import keep
from shared.records.database import Database
from shared.records.keep import Draft
from shared.records.vault import Custodian, Parts, Vault
from shared.secrets import Secrets
from tests.incidents.conftest import AGENCY, Connection

NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
REPORT: Parts = {0: {"/narrative": "as reported"}, 1: {"/people/0/identity": {"name": "Quillon Vastergaard"}}}
ANSWERS: Parts = {
    0: {"/detention_documentation/1/basis": "as answered", "/actions/2/legal_basis/text": "a warrant"},
    1: {"/people/1/identity/birth_date": "2012-03-04"},
    5: {"/people/5/identity/name": "Ottoline Brandybuck"},
}

Next = Callable[..., Draft]


@pytest.fixture
def database(app: FastAPI) -> Database:
    """The service's database, as the service sees it."""
    found: Database = app.state.held.database
    return found


@pytest.fixture
def vault(app: FastAPI, secrets: Secrets) -> Vault:
    """A vault of another process under the same master key."""
    return Vault(secrets.master_key())


@pytest.fixture
async def custodian(vault: Vault, database: Database) -> Custodian:
    """The agency, with its key."""
    return await vault.custodian(database, AGENCY)


@pytest.fixture
async def record(database: Database, vault: Vault, custodian: Custodian, number: str) -> UUID:
    """A record with a report and answers, both sealed."""
    record_id = uuid4()
    first = version(record_id, 1)
    sealed = vault.encrypt(record_id, custodian, REPORT)
    answered = vault.encrypt_answers(record_id, custodian, ANSWERS)
    await write(database, first._replace(sealed=sealed, answered=answered))
    return record_id


def version(record_id: UUID, number: int, **parts: Any) -> Draft:
    document = f'{{"occurred_at": "2026-10-05T10:12:00-07:00", "version": {number}}}'
    drafted = keep.draft(None, record_id, f"{AGENCY}/{record_id}", AGENCY, document)
    return drafted._replace(version=number, **parts)


async def write(database: Database, draft: Draft) -> None:
    async with database.connection() as connection:
        assert await keep.write(connection, INCIDENT, [draft], by="tests", at=NOW)


async def unsealed(vault: Vault, database: Database, record_id: UUID) -> tuple[Parts, Parts]:
    async with database.connection() as connection:
        return await vault.unseal_layers(database, connection, record_id)


async def test_what_is_answered_comes_back_apart_from_what_was_reported(
    record: UUID, vault: Vault, database: Database
) -> None:
    assert await unsealed(vault, database, record) == (REPORT, ANSWERS)


async def test_a_later_report_leaves_the_answers_where_they_are(
    record: UUID, vault: Vault, database: Database, custodian: Custodian
) -> None:
    later: Parts = {0: {"/narrative": "as reported later"}}
    await write(database, version(record, 2, sealed=vault.encrypt(record, custodian, later)))
    assert await unsealed(vault, database, record) == (later, ANSWERS)


async def test_an_answer_that_is_given_again_takes_the_place_of_the_one_before_and_of_nothing_else(
    record: UUID, vault: Vault, database: Database, custodian: Custodian
) -> None:
    again = {0: {"/actions/2/legal_basis/text": "reasonable suspicion"}}
    await write(database, version(record, 2, answered=vault.encrypt_answers(record, custodian, again)))
    assert await unsealed(vault, database, record) == (REPORT, ANSWERS | {0: ANSWERS[0] | again[0]})


async def test_an_answer_that_is_taken_back_is_forgotten_alone(record: UUID, vault: Vault, database: Database) -> None:
    await write(database, version(record, 2, taken_back=("/people/5/identity/name", "/actions/2/legal_basis/text")))
    left = {0: {"/detention_documentation/1/basis": "as answered"}, 1: ANSWERS[1]}
    assert await unsealed(vault, database, record) == (REPORT, left)


async def test_an_overtaken_version_neither_forgets_nor_answers(
    record: UUID, vault: Vault, database: Database, custodian: Custodian
) -> None:
    answered = vault.encrypt_answers(record, custodian, {0: {"/narrative": "too late"}})
    overtaken = version(record, 5, sealed=(), answered=answered, taken_back=("/people/5/identity/name",))
    async with database.connection() as connection:
        assert not await keep.write(connection, INCIDENT, [overtaken], by="tests", at=NOW)
    assert await unsealed(vault, database, record) == (REPORT, ANSWERS)


async def test_a_pointer_taken_back_in_one_record_stays_in_another(
    record: UUID, vault: Vault, database: Database, custodian: Custodian
) -> None:
    other = uuid4()
    await write(database, version(other, 1, answered=vault.encrypt_answers(other, custodian, ANSWERS)))
    drafts = [version(record, 2, taken_back=("/people/5/identity/name",)), version(other, 2)]
    async with database.connection() as connection:
        assert len(await keep.write(connection, INCIDENT, drafts, by="tests", at=NOW)) == 2
    assert 5 not in (await unsealed(vault, database, record))[1]
    assert (await unsealed(vault, database, other))[1] == ANSWERS


async def test_one_person_is_forgotten_in_both_layers_by_deleting_the_rows_of_that_subject(
    record: UUID, vault: Vault, database: Database, kept: Connection
) -> None:
    await kept.execute("delete from vault.sealed where record_id = $1 and subject = 1", record)
    texts = await unsealed(vault, database, record)
    assert texts == ({0: REPORT[0]}, {0: ANSWERS[0], 5: ANSWERS[5]})


EXCHANGED = {
    "another answer's": "update vault.sealed kept set wrapped = other.wrapped, ciphertext = other.ciphertext"
    " from vault.sealed other where kept.record_id = $1 and other.record_id = $1"
    " and kept.pointer like '%/basis' and other.pointer like '%/text'",
    "the report's": "update vault.sealed kept set wrapped = other.wrapped, ciphertext = other.ciphertext"
    " from vault.sealed other where kept.record_id = $1 and other.record_id = $1"
    " and kept.pointer like '%/basis' and other.pointer = '' and other.subject = kept.subject",
    "another question's": "update vault.sealed set pointer = '/narrative'"
    " where record_id = $1 and pointer like '%/text'",
}


@pytest.mark.parametrize("statement", EXCHANGED.values(), ids=EXCHANGED)
async def test_an_answer_in_a_place_that_is_not_its_own_is_refused(
    record: UUID, vault: Vault, database: Database, kept: Connection, statement: str
) -> None:
    assert await kept.execute(statement, record) == "UPDATE 1"
    with pytest.raises(InvalidTag):
        await unsealed(vault, database, record)
