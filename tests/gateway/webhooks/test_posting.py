"""Messages go to public hosts alone, at the address that was looked at, under the name that was given."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from gateway.webhooks import posting, rules
from gateway.webhooks.posting import Outcome, post
from gateway.webhooks.rules import faults, is_public, retry_at
from shared.contracts.webhooks import WebhookRequest
from tests.gateway.webhooks.conftest import Receiver

NAME = "hooks.agency.example"
TAKEN = [
    "https://hooks.agency.example/daylight",
    "https://hooks.agency.example:443/a?b=c",
    "https://xn--bcher-kva.example/",
]
REFUSED = [
    "http://hooks.agency.example/",
    "https://hooks.agency.example:8443/",
    "https://ok@127.0.0.1/",
    "https://ok:secret@hooks.agency.example/",
    "https://hooks.agency.example/#part",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://127。0。0。1/",
    "https://bücher.example/",
    "https:///no-host",
    "https://[half/",
    "https://hooks.agency.example:port/",
    "https://hooks.agency.example/a b",
    "ftp://hooks.agency.example/",
    "file:///etc/passwd",
    "nonsense",
    "https://hooks.agency.example/\r\nHost: other",
]


def refused(url: str, *, this_machine: bool = False) -> bool:
    return bool(list(faults(WebhookRequest(url=url), this_machine=this_machine)))


@pytest.mark.parametrize("url", TAKEN)
def test_an_https_address_of_a_named_host_is_taken(url: str) -> None:
    assert not refused(url)


@pytest.mark.parametrize("url", REFUSED)
@pytest.mark.parametrize("this_machine", [False, True])
def test_any_other_address_is_refused(url: str, this_machine: bool) -> None:
    assert refused(url, this_machine=this_machine)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://[::1]:9000/"])
def test_this_machine_is_a_receiver_only_where_that_was_set(url: str) -> None:
    assert refused(url)
    assert not refused(url, this_machine=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::5db8:d70e", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("no address", False),
    ],
)
def test_an_address_is_public_or_not(address: str, public: bool) -> None:
    assert is_public(address) is public


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_way_to_write_a_private_address_makes_it_public(address: Any) -> None:
    low = f"{int(address) >> 16:x}:{int(address) & 0xFFFF:x}"
    for written in (str(address), f"::ffff:{address}", f"::{low}", f"64:ff9b::{low}", f"2002:{low}::"):
        assert not is_public(written)


def test_a_message_is_tried_for_three_days() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    times = [retry_at(attempts, now) for attempts in range(1, len(rules.RETRY_AFTER) + 2)]
    assert times[-1] is None
    assert times[:-1] == sorted(one for one in times if one)
    assert timedelta(days=3) < sum(rules.RETRY_AFTER, timedelta()) < timedelta(days=3.5)


def resolver(*answers: str) -> Callable[..., Any]:
    """A resolver that gives one answer after the other: the last one for good."""
    left = list(answers)

    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in address.split()]

    return getaddrinfo


async def test_a_name_that_leads_to_a_private_address_is_not_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = receiver.url.rpartition(":")[2]
    for addresses in ("127.0.0.1", "93.184.215.14 127.0.0.1", "169.254.169.254"):
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolver(addresses))
        assert await post(f"http://{NAME}:{port}", "{}", {}) == Outcome(failure="address_not_public")
    assert receiver.requests == []


async def test_a_name_is_resolved_once_so_that_it_cannot_lead_elsewhere_after_the_look(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look(address: str) -> bool:
        seen.append(address)
        return True

    monkeypatch.setattr(posting, "is_public", look)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolver("127.0.0.1", "192.0.2.1"))
    assert await post(receiver.url.replace("127.0.0.1", NAME), "{}", {}) == Outcome(204)
    assert seen == ["127.0.0.1"]
    assert receiver.requests[0][0]["host"].startswith(NAME)


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.statuses = [307]
    assert await post(receiver.url, "{}", {}, this_machine=True) == Outcome(307, "answered")
    assert len(receiver.requests) == 1


async def test_a_receiver_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def keep_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    monkeypatch.setattr(posting, "SECONDS", 0.1)
    async with await asyncio.start_server(keep_silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await post(f"http://127.0.0.1:{port}/", "{}", {}, this_machine=True) == Outcome(failure="timeout")


def certificate(name: str, folder: Path) -> Path:
    """A file with a key and a certificate for a host, which is its own authority."""
    key, file = ec.generate_private_key(ec.SECP256R1()), folder / f"{name}.pem"
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("of_certificate", "expected"), [(NAME, Outcome(204)), ("other.example", Outcome(failure="unreachable"))]
)
async def test_the_certificate_is_held_against_the_name(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_certificate: str, expected: Outcome
) -> None:
    file = certificate(of_certificate, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    trusting = ssl.create_default_context(cafile=file)
    monkeypatch.setattr(posting, "TRUSTED", trusting)
    monkeypatch.setattr(posting, "is_public", lambda _: True)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolver("127.0.0.1"))
    async with await asyncio.start_server(receiver.answer, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        assert await post(f"https://{NAME}:{port}/", "{}", {}) == expected
