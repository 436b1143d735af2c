"""Fixtures that every test may use: real PostgreSQL and NATS, fresh databases, and the whole stack."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.records.bus import nats_users
from shared.secrets import Secrets
from shared.settings import Settings
from tests.running_stack import RunningStack, data_folder, running_stack
from tests.servers import Databases, Servers, running_servers

SERVICES = ("incidents", "training", "reporting")
READERS = ("projector", "counter")
CALLS = (("incidents", "reveal"), *(("reporting", call) for call in ("summarise", "compare", "tie_out", "crdc")))
ROLES = (
    "daylight_incidents",
    "daylight_training",
    "daylight_reporting",
    "daylight_gateway_reader",
    "daylight_gateway_projector",
)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Every asynchronous test runs in one event loop; Python's own, which tells at its end what was left open."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def without_tls() -> Iterator[None]:
    """PostgreSQL is not asked for TLS, which it does not have here.

    Who is cut off while it asks leaves an error to the garbage collector, and that raises it in some later test.
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PGSSLMODE", "disable")
        yield


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and NATS as real processes, one of each for the session (of one worker)."""
    with running_servers(nats_users(SERVICES, READERS, calls=CALLS), ROLES) as running:
        yield running


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Settings:
    """Settings that lead to the session's servers; `model_copy(update=…)` for others."""
    return servers.settings


@pytest.fixture(scope="session")
def secrets(servers: Servers) -> Secrets:
    """Secrets of the session's servers; made anew for every session."""
    return servers.secrets


@pytest.fixture(scope="session")
def databases(servers: Servers) -> Databases:
    """`await databases.fresh(PLAN, …)` gives each plan an empty, migrated database within about 0.1 s."""
    return Databases(servers.settings, servers.secrets)


WEBHOOKS: dict[str, Any] = {"DAYLIGHT_WEBHOOKS_ON_THIS_MACHINE": "true", "DAYLIGHT_WEBHOOK_SECONDS": "0.1"}


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """The whole of Daylight as a person starts it, empty, with the demo's clients: `.addresses`, `.token(client)`.

    Webhooks may go to this machine, and are told without delay.
    """
    with data_folder() as data, running_stack(data, **WEBHOOKS) as running:
        yield running
