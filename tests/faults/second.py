"""A second process of the incidents service beside that of the stack, on the same database."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2

from daylight.stack.ports import free_port
from tests.faults.installation import GATEWAY, INCIDENTS, REQUEST_SECONDS, Installation
from tests.servers import environment
from tests.waiting import eventually

START_SECONDS = 60


@asynccontextmanager
async def second_incidents(installation: Installation, database_url: str, said: Path) -> AsyncIterator[Installation]:
    """The installation with another incidents service, which reaches its database at `database_url`.

    What it says goes to the file `said`.
    """
    port, gateway = free_port(), str(installation.http[GATEWAY].base_url)
    output = said.open("ab")
    process = subprocess.Popen(  # noqa: ASYNC220  it starts at once, and is waited for below
        [sys.executable, "-m", "daylight.serve", "incidents", "--port", str(port)],
        env=environment(
            DAYLIGHT_DATABASE_URL=database_url,
            DAYLIGHT_NATS_URL=installation.settings.nats_url,
            DAYLIGHT_SECRETS_DIRECTORY=str(installation.settings.secrets_directory),
            DAYLIGHT_PUBLIC_URL=gateway.rstrip("/"),
            DAYLIGHT_RATE_LIMIT="1000000",
        ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=REQUEST_SECONDS) as client:

            async def ready() -> bool:
                assert process.poll() is None, "the second service has ended"
                try:
                    return (await client.get("/readyz")).status_code == httpx2.codes.OK
                except httpx2.TransportError:
                    return False

            await eventually(ready, seconds=START_SECONDS)
            yield replace(installation, http={**installation.http, INCIDENTS: client})
            os.kill(process.pid, signal.SIGTERM)
            await asyncio.to_thread(process.wait, 30)
    finally:
        process.kill()
        process.wait()
        output.close()
