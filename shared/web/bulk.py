"""Bulk NDJSON: each line an upsert of its own, lines of one key together, an answer line each in order."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import orjson
from fastapi import Request
from starlette.responses import StreamingResponse

from shared.records.keep import Kept
from shared.records.log import latest
from shared.settings import Settings
from shared.web.body import NDJSON_TYPES, check_json, check_media_type, decompressed
from shared.web.problems import Problem

NDJSON = "application/x-ndjson"
IN_FLIGHT = 2
BREATH = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Names:
    """What a line is about: the record's key, the members by which its answer names it, and what it is to do.

    `about` is whatever the kind has found in the line and needs again when it reads it.
    """

    key: str
    members: Mapping[str, Any]
    about: Any = None


@dataclass(frozen=True, slots=True)
class Bulk(Generic[T]):
    """How a kind takes lines.

    `name` finds a line's key in its plain JSON, `read` gives what the line says (its JSON is checked by then), and
    `apply` writes a batch, by key. The first two raise Problem for a line that is refused; `apply` answers a Problem
    for a key that is.
    """

    service: str
    name: Callable[[dict[str, Any]], Names]
    read: Callable[[bytes, Names], T]
    apply: Callable[[Mapping[str, T]], Awaitable[Mapping[str, Kept | Problem]]]


@dataclass(slots=True)
class _Line(Generic[T]):
    number: int
    content: bytes
    names: Names | None = None
    answer: Kept | Problem | None = None


@dataclass(slots=True)
class _Body(Generic[T]):
    lines: list[_Line[T]] = field(default_factory=list)
    read: int = 0
    broken: Problem | None = None


async def answer_bulk(request: Request, bulk: Bulk[T], settings: Settings) -> StreamingResponse:
    """Take a bulk request: 200 once a line was read, then NDJSON with a line each and a summary at the end.

    Without the last line's `complete: true` the sender sends again. Raises Problem where not one line can be read.
    """
    check_media_type(request, NDJSON_TYPES)
    body: _Body[T] = await _read_lines(request, settings)
    if not body.lines:
        raise body.broken or Problem("invalid-json", "Send at least one line.")
    request_id, public_url = request.scope["daylight.request_id"], settings.public_url

    def say(problem: Problem) -> dict[str, Any]:
        return problem.as_json(public_url, request_id)

    return StreamingResponse(_answers(bulk, body, settings.bulk_chunk, say), media_type=NDJSON)


async def _read_lines(request: Request, settings: Settings) -> _Body[T]:
    body: _Body[T] = _Body()
    line = bytearray()
    try:
        async for chunk in decompressed(request, most=settings.bulk_bytes):
            *ends, rest = chunk.split(b"\n")
            for end in ends:
                _add(body, bytes(line) + end, settings)
                line.clear()
            if len(line) <= settings.body_bytes:
                line += rest
        if line:
            _add(body, bytes(line), settings)
    except Problem as problem:
        body.broken = problem
    return body


def _add(body: _Body[T], content: bytes, settings: Settings) -> None:
    """Take a line in; blank ones are counted, since they too cost time, and not answered."""
    if body.read == settings.bulk_lines:
        raise Problem("body-too-large", f"At most {settings.bulk_lines} lines in one request.")
    body.read += 1
    if len(content) > settings.body_bytes:
        problem = Problem("body-too-large", f"A line has at most {settings.body_bytes} bytes.")
        body.lines.append(_Line(body.read, b"", answer=problem))
    elif content.strip():
        body.lines.append(_Line(body.read, content))


async def _answers(
    bulk: Bulk[T], body: _Body[T], chunk: int, say: Callable[[Problem], dict[str, Any]]
) -> AsyncIterator[bytes]:
    groups = await _grouped(bulk, body.lines)
    counts: dict[str, int] = {}
    kept: list[Kept] = []
    waiting = deque(body.lines)
    async for _ in _applied(bulk, groups, chunk):
        ready = []
        while waiting and waiting[0].answer is not None:
            ready.append(_answer_line(waiting.popleft(), counts, kept, say))
        if ready:
            yield b"".join(ready)
    if waiting:
        yield b"".join(_answer_line(line, counts, kept, say) for line in waiting)
    position = latest([one for one in kept if one.position])
    ending: dict[str, Any] = {
        "summary": {"lines": len(body.lines), **counts},
        "position": f"{bulk.service}:{position}" if position else None,
        "complete": body.broken is None,
    }
    if body.broken is not None:
        ending["problem"] = say(body.broken)
    yield orjson.dumps(ending) + b"\n"


async def _grouped(bulk: Bulk[T], lines: Sequence[_Line[T]]) -> dict[str, list[_Line[T]]]:
    groups: dict[str, list[_Line[T]]] = {}
    for line in lines:
        if line.answer is not None:
            continue
        try:
            line.names = bulk.name(_plain(line.content))
            groups.setdefault(line.names.key, []).append(line)
        except Problem as problem:
            line.answer = problem
        if line.number % BREATH == 0:
            await asyncio.sleep(0)
    return groups


async def _applied(bulk: Bulk[T], groups: dict[str, list[_Line[T]]], chunk: int) -> AsyncIterator[None]:
    """Apply the groups in chunks, the next one read while the last one is written."""
    flying: deque[asyncio.Task[None]] = deque()
    keys = list(groups)
    try:
        for start in range(0, len(keys), chunk):
            batch = {}
            for place, key in enumerate(keys[start : start + chunk]):
                if (item := _last_good(bulk, groups[key])) is not None:
                    batch[key] = item
                if place % BREATH == 0:
                    await asyncio.sleep(0)
            flying.append(asyncio.create_task(_apply(bulk, batch, groups)))
            if len(flying) == IN_FLIGHT:
                await flying.popleft()
                yield
        while flying:
            await flying.popleft()
            yield
    finally:
        for task in flying:
            task.cancel()


def _last_good(bulk: Bulk[T], lines: Sequence[_Line[T]]) -> T | None:
    """What the last line of a key that can be taken says; the others of the key are answered alike."""
    item = None
    for line in lines:
        if line.names is None:
            continue
        try:
            item = bulk.read(line.content, line.names)
        except Problem as problem:
            line.answer = problem
    return item


async def _apply(bulk: Bulk[T], batch: Mapping[str, T], groups: Mapping[str, list[_Line[T]]]) -> None:
    outcomes = await bulk.apply(batch)
    for key, outcome in outcomes.items():
        for line in groups[key]:
            line.answer = line.answer or outcome


def _plain(content: bytes) -> dict[str, Any]:
    plain = check_json(content)
    if not isinstance(plain, dict):
        raise Problem("wrong-type", "A line is one JSON object.")
    return plain


def _answer_line(
    line: _Line[T], counts: dict[str, int], kept: list[Kept], say: Callable[[Problem], dict[str, Any]]
) -> bytes:
    members: dict[str, Any] = {"line": line.number, **(line.names.members if line.names else {})}
    answer = line.answer or Problem("internal-error")
    if isinstance(answer, Problem):
        members |= {"result": "rejected", "problem": say(answer)}
    else:
        kept.append(answer)
        members |= {"result": answer.result.value, "id": str(answer.id), "version": answer.version, "etag": answer.etag}
    counts[members["result"]] = counts.get(members["result"], 0) + 1
    return orjson.dumps(members) + b"\n"
