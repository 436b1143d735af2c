"""The composition root: which processes Daylight is, what each runs, and the databases and NATS users they need."""

import asyncio
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI

import gateway.app
import gateway.calls
import gateway.projector
import services.incidents.app
import services.reporting.app
import services.reporting.rollup.projection
import services.training.app
from shared.records.bus import nats_users
from shared.settings import Settings
from shared.web.telemetry import log_as_json

SHUTDOWN_SECONDS = 1
"""How long a server finishes open requests after it was asked to end; a long poll is cut off then."""

DATABASES = (
    services.incidents.app.DATABASE,
    services.training.app.DATABASE,
    services.reporting.app.DATABASE,
    gateway.app.DATABASE,
)
READERS = (gateway.projector.READER_NAME, services.reporting.rollup.projection.READER_NAME)
NATS_USERS = nats_users(gateway.projector.SERVICES, READERS, calls=gateway.calls.CALLS)


@dataclass(frozen=True, slots=True)
class Server:
    """A process that speaks HTTP, at the gateway's port plus `offset`."""

    name: str
    offset: int
    create_app: Callable[[Settings], FastAPI]

    def run(self, settings: Settings, listener: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT."""
        log_as_json(settings.log_level)
        config = uvicorn.Config(
            self.create_app(settings),
            loop="uvloop",
            http="httptools",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        uvicorn.Server(config).run(sockets=[listener])


@dataclass(frozen=True, slots=True)
class Worker:
    """A process without a port: a coroutine that works until it is cancelled."""

    name: str
    work: Callable[[Settings], Any]

    def run(self, settings: Settings) -> None:
        """Work until SIGTERM or SIGINT."""
        log_as_json(settings.log_level)
        uvloop.run(_until_signal(self.work, settings))


SERVERS = (
    Server("gateway", 0, gateway.app.create_app),
    Server("incidents", 1, services.incidents.app.create_app),
    Server("training", 2, services.training.app.create_app),
    Server("reporting", 4, services.reporting.app.create_app),
)
WORKERS = (Worker("projector", gateway.projector.run),)


def roles() -> list[str]:
    """Every role that logs in to PostgreSQL."""
    return [role for plan in DATABASES for role in plan.roles]


async def _until_signal(work: Callable[[Settings], Any], settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
