"""The launchers of PostgreSQL and NATS."""

import json
import socket

import asyncpg
import pytest

from tests.servers import Servers


async def test_postgresql_keeps_what_it_acknowledges_and_logs_no_statement(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.settings.database_url)
    try:
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            await connection.fetch("select 'Maria Doe'::text::uuid")
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await connection.fetchval("select current_setting($1)", name) == "on"
    finally:
        await connection.close()
    assert "Maria" not in servers.postgres.log.read_text()


def nats_answers(servers: Servers, user: str, password: str, *commands: bytes) -> bytes:
    """The first thing NATS says to a client that enters and gives commands, after its greeting."""
    with socket.create_connection(("127.0.0.1", servers.nats.port), timeout=5) as guest, guest.makefile("rwb") as line:
        assert line.readline().startswith(b"INFO ")
        entry = json.dumps({"user": user, "pass": password, "verbose": False}).encode()
        line.write(b"\r\n".join([b"CONNECT " + entry, *commands, b"PING", b""]))
        line.flush()
        return line.readline().strip()


def test_a_nats_user_has_only_its_own_subjects(servers: Servers) -> None:
    password = servers.secrets.nats_password("incidents")
    allowed = nats_answers(servers, "incidents", password, b"PUB daylight.incidents.head 1", b"1")
    refused = nats_answers(servers, "incidents", password, b"PUB daylight.reporting.head 1", b"1")
    assert allowed == b"PONG"
    assert b"Permissions Violation for Publish" in refused


def test_nobody_enters_nats_without_the_password(servers: Servers) -> None:
    assert b"Authorization Violation" in nats_answers(servers, "incidents", "guessed")
