"""Posts a message to a receiver, and to nobody else: the one place from which this program calls an address of others.

The name is resolved once, every address of it is looked at, and the connection goes to that address; the certificate
is checked against the name. No redirect is followed, no proxy is asked, and nothing of the answer is read but its
status. Source: OWASP API7:2023 (server-side request forgery).
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from gateway.webhooks.rules import is_loopback, is_public

SECONDS = 15
TRUSTED = ssl.create_default_context()
"""Checks certificates by the authorities that this machine trusts; made once, since that takes a while."""
GONE = 410
ADDRESS_NOT_PUBLIC, ANSWERED, TIMEOUT, UNREACHABLE = "address_not_public", "answered", "timeout", "unreachable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status, if one was answered, and why it failed, if it did."""

    status: int | None = None
    failure: str | None = None


class AddressNotPublic(Exception):
    """A host's name leads to an address that no message is sent to."""


async def post(url: str, content: str, headers: Mapping[str, str], *, this_machine: bool = False) -> Outcome:
    """One attempt, within fifteen seconds. `this_machine`: loopback addresses are receivers, too."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _post(httpx2.URL(url), content, headers, this_machine=this_machine)
    except AddressNotPublic:
        return Outcome(failure=ADDRESS_NOT_PUBLIC)
    except (TimeoutError, httpx2.TimeoutException):
        return Outcome(failure=TIMEOUT)
    except (OSError, httpx2.HTTPError, httpx2.InvalidURL, UnicodeError):
        return Outcome(failure=UNREACHABLE)


async def _post(url: httpx2.URL, content: str, headers: Mapping[str, str], *, this_machine: bool) -> Outcome:
    address = await _resolve(url.host, this_machine=this_machine)
    pinned = url.copy_with(host=address)
    named = {**headers, "Host": url.netloc.decode("ascii")}
    extensions = {"sni_hostname": url.host}
    async with (
        httpx2.AsyncClient(verify=TRUSTED, trust_env=False, follow_redirects=False, timeout=SECONDS) as client,
        client.stream("POST", pinned, content=content, headers=named, extensions=extensions) as answer,
    ):
        return Outcome(answer.status_code, None if answer.is_success else ANSWERED)


async def _resolve(host: str, *, this_machine: bool) -> str:
    """An address of the host. Raises AddressNotPublic if any is none that a message may go to, OSError for no host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [str(place[0]) for *_, place in found]
    if not all(is_public(one) or (this_machine and is_loopback(one)) for one in addresses):
        raise AddressNotPublic
    return addresses[0]
