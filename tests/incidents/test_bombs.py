"""Small bodies that would become large: refused after a bounded amount of memory, whatever they hold."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import httpx2
import orjson
import pytest

from tests.incidents.bulk import NDJSON, URL
from tests.incidents.conftest import HALLWAY

JSON = {"Content-Type": "application/json"}
GZIP = {"Content-Encoding": "gzip"}
MOST_BYTES = 60_000_000


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Fail if what is inside holds more than 60 MB at any moment."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES, f"{peak / 1e6:.0f} MB at once"


@cache
def bomb(content: bytes) -> bytes:
    """Gzip of a hundred million bytes of the content over and over."""
    packing = zlib.compressobj(level=1, wbits=31)
    return b"".join(packing.compress(content * (1_000_000 // len(content))) for _ in range(100)) + packing.flush()


@pytest.mark.parametrize("content", [b"0", b" ", b"[", b"\0"], ids=["digits", "blanks", "brackets", "NUL"])
async def test_a_bomb_for_one_record_is_refused(client: httpx2.AsyncClient, url: str, content: bytes) -> None:
    body = bomb(content)
    with bounded_memory():
        answer = await client.put(url, content=body, headers=JSON | GZIP)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


@pytest.mark.parametrize("content", [b"\n", b" \n"], ids=["line ends", "blank lines"])
async def test_a_bomb_of_lines_is_refused_at_the_limit_of_lines(client: httpx2.AsyncClient, content: bytes) -> None:
    body = bomb(content)
    with bounded_memory():
        answer = await client.post(URL, content=body, headers=NDJSON | GZIP)
    assert (answer.status_code, answer.json()["detail"]) == (413, "At most 10000 lines in one request.")


async def test_a_bomb_of_one_line_is_refused_at_the_limit_of_bytes(client: httpx2.AsyncClient) -> None:
    body = bomb(b"0")
    with bounded_memory():
        answer = await client.post(URL, content=body, headers=NDJSON | GZIP)
    assert (answer.status_code, answer.json()["detail"]) == (413, "At most 64000000 bytes after decompression.")


async def test_a_million_elements_of_nothing_are_refused(client: httpx2.AsyncClient, url: str) -> None:
    content = orjson.dumps(HALLWAY)[:-1] + b',"charges":[' + b"{}," * 300_000 + b"{}]}"
    with bounded_memory():
        answer = await client.put(url, content=content, headers=JSON)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/charges"]


@pytest.mark.parametrize(
    "content",
    [b"not gzip", gzip.compress(b"{}")[:-4], gzip.compress(b"{}") + b"rest", gzip.compress(b"{}")[:10] + b"\xff" * 20],
    ids=["no gzip", "cut off", "followed by something else", "broken inside"],
)
async def test_what_is_no_whole_gzip_is_refused(client: httpx2.AsyncClient, url: str, content: bytes) -> None:
    answer = await client.put(url, content=content, headers=JSON | GZIP)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-encoding")


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "x-gzip"])
async def test_an_encoding_that_is_not_taken_is_named(client: httpx2.AsyncClient, url: str, encoding: str) -> None:
    answer = await client.put(url, content=b"{}", headers=JSON | {"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


async def test_a_gzip_body_is_taken(client: httpx2.AsyncClient, url: str) -> None:
    body = gzip.compress(orjson.dumps(HALLWAY))
    assert (await client.put(url, content=body, headers=JSON | GZIP)).status_code == 201
