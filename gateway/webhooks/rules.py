"""What a webhook may be, and when a message is sent again. Pure: no clock, no I/O.

Source: Standard Webhooks 1.0.0 (retries, 410, disabling); OWASP API7:2023 (server-side request forgery).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from shared.contracts.fault import Fault
from shared.contracts.webhooks import WebhookRequest

RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failed attempt the next one is; behind the last the message is given up, after three days."""
FORMER_SECRET_LIVES = timedelta(hours=24)
KEPT_FOR = timedelta(days=30)
"""How long a message that is done stands in the log, and can be sent again."""
MOST_WEBHOOKS = 10
HTTPS_PORT = 443
EMBEDDING = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""IPv6 networks whose addresses stand for an IPv4 address in their last 32 bits: mapped, NAT64, compatible."""
NOT_AN_ADDRESS = "An https address of a public host, such as https://hooks.agency.example/daylight."


def faults(asked: WebhookRequest, *, this_machine: bool) -> Iterator[Fault]:
    """What is wrong with an address; `this_machine`: it may be plain HTTP to a loopback address, on any port."""
    try:
        parts = urlsplit(asked.url)
        port, plain = parts.port, asked.url.isascii() and asked.url.isprintable() and " " not in asked.url
    except ValueError:
        parts, port, plain = SplitResult("", "", "", "", ""), None, False
    host = parts.hostname or ""
    if this_machine and parts.scheme == "http" and plain and is_loopback(host) and "@" not in parts.netloc:
        return
    if not plain or parts.scheme != "https" or not host or "@" in parts.netloc or parts.fragment:
        yield Fault("#/url", "invalid-value", NOT_AN_ADDRESS)
    elif port not in (None, HTTPS_PORT):
        yield Fault("#/url", "invalid-value", "Messages are posted to port 443 alone.")
    elif _is_number(host):
        yield Fault("#/url", "invalid-value", "Name the host by its name: a certificate is checked against it.")


def is_loopback(host: str) -> bool:
    """Whether a host is an address of this machine, as an address says it and not a name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not private, local, shared, reserved or multicast."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _meant(found))


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When a message is sent again that has failed so many times; None: not any more."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def _meant(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The addresses that one leads to: those that stand within it, or else itself."""
    if isinstance(address, IPv4Address):
        yield address
    elif any(address in network for network in EMBEDDING):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    else:
        yield address


def _is_number(host: str) -> bool:
    """Whether a host is an IP address in any form that a resolver takes: dotted, decimal, octal, hexadecimal."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.lower().startswith("0x")
