"""Loads the demo into an empty stack, and waits until every view shows it."""

import asyncio
import time
from functools import partial

from daylight.importing.demo import DemoNotLoaded, load, publish
from daylight.importing.public_api import Refused, Unreachable
from daylight.importing.stack import StackAddress
from daylight.stack.stack import Stack
from daylight.stack.status import events
from daylight.stack.trouble import CannotStart

VISIBLE_SECONDS = 120


def load_demo(stack: Stack) -> None:
    """Load the demo if the databases are empty, or if an earlier start was broken off meanwhile. Raises CannotStart."""
    if is_wanted(stack):
        stack.supervisor.say("Loading the demo …")
        log = stack.folders.log("demo")
        stack.supervisor.run_errand(partial(_load, stack), log=log)
        stack.folders.unfinished_demo.unlink()


def is_wanted(stack: Stack) -> bool:
    """Whether there is nothing yet, or what there is may be half a demo."""
    if stack.folders.unfinished_demo.exists():
        return True
    logs, _, _ = asyncio.run(events(stack.settings.database_url, stack.secrets))
    return not any(log["sequenced"] + log["unnumbered"] for log in logs.values())


def _load(stack: Stack) -> None:
    stack.folders.unfinished_demo.touch()
    address = StackAddress(**stack.addresses, secrets_directory=stack.settings.secrets_directory)
    try:
        load(address)
        _wait_until_visible(stack)
        publish(address)
        _wait_until_visible(stack)
    except (DemoNotLoaded, Unreachable, Refused) as error:
        raise CannotStart(f"The demo could not be loaded: {error}") from error


def _wait_until_visible(stack: Stack) -> None:
    deadline = time.monotonic() + VISIBLE_SECONDS
    while not asyncio.run(_all_visible(stack)):
        if time.monotonic() > deadline:
            raise CannotStart(f"The demo is stored, and the views did not show all of it in {VISIBLE_SECONDS} seconds.")
        time.sleep(0.05)


async def _all_visible(stack: Stack) -> bool:
    logs, consumers, _ = await events(stack.settings.database_url, stack.secrets)
    behind = [place["behind"] for services in consumers.values() for place in services.values()]
    return not any(behind) and not any(log["unnumbered"] for log in logs.values())
