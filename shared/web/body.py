"""Reads bodies: bounded, decompressed, checked for repeated keys, validated once, every fault named at once."""

import json
import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import jiter
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.requests import ClientDisconnect, Request

from shared.contracts import never_kept
from shared.contracts.contract import Contract
from shared.contracts.fault import Fault
from shared.web.problems import Problem

C = TypeVar("C", bound=Contract)

ROUNDS = 4
MOST_FAULTS = 1_000
PIECE_BYTES = 65_536
JSON_TYPES = ("application/json",)
MERGE_PATCH_TYPES = ("application/merge-patch+json",)
NDJSON_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")

PROBLEM_CODES = (
    "invalid-json",
    "duplicate-key",
    "invalid-encoding",
    "body-too-large",
    "unsupported-media-type",
    "invalid-value",
    "unknown-field",
    "unknown-code",
    "wrong-type",
    "required-question-unanswered",
    "must-not-be-stored",
    "not-volunteered",
)
"""What a route that reads a body can answer."""

FAULT_CODES = {
    "missing": ("required-question-unanswered", "An answer is required here."),
    "extra_forbidden": ("unknown-field", "There is no such field; leave it out."),
    "element_key": ("invalid-value", "An element is named by its number alone, from 1."),
    "literal_error": ("unknown-code", "Allowed: {expected}."),
    "json_invalid": ("invalid-json", "The body is not well-formed JSON."),
    "string_pattern_mismatch": ("invalid-value", "The form is wrong: {pattern}"),
    "string_too_short": ("invalid-value", "At least {min_length} characters."),
    "string_too_long": ("invalid-value", "At most {max_length} characters."),
    "too_short": ("required-question-unanswered", "At least {min_length} element is required."),
    "too_long": ("invalid-value", "At most {max_length} elements."),
    "greater_than_equal": ("invalid-value", "Not less than {ge}."),
    "less_than_equal": ("invalid-value", "Not more than {le}."),
    "less_than": ("invalid-value", "Less than {lt}."),
    "form": ("invalid-value", "A form like {example} is expected."),
    "timezone_aware": ("invalid-value", "A time needs its offset, as in 2026-10-05T10:12:00-07:00."),
    "repeated-number": ("repeated-number", "Each {field} stands once."),
    "value_error": ("invalid-value", "Control characters and writing-direction overrides are not taken."),
}
PLAIN_WORD, DIGITS = r"[a-z][a-z0-9_]{0,39}", r"[0-9]{1,10}"
REPEATED = {"extra_forbidden": PLAIN_WORD, "element_key": DIGITS}
"""Errors of a member's name, which could be a person's, and what of such names is repeated."""
OF_THE_KEY = ("[key]",)
"""Where pydantic finds an error of a member's name, below the member."""
NOT_VOLUNTEERED = re.compile(r"/self_reported/volunteered$")


async def read(request: Request, *, most: int, media_types: Iterable[str] = JSON_TYPES) -> bytes:
    """The body, decompressed, at most `most` bytes.

    Raises Problem `unsupported-media-type`, `body-too-large` or `invalid-encoding`.
    """
    check_media_type(request, media_types)
    chunks = [chunk async for chunk in decompressed(request, most=most)]
    return b"".join(chunks)


async def decompressed(request: Request, *, most: int) -> AsyncIterator[bytes]:
    """The body's bytes as they arrive, decompressed in pieces; never more than `most`, however small they came in."""
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise Problem("unsupported-media-type", "Content-Encoding may be gzip or left out.")
    inflate = Inflate() if encoding == "gzip" else None
    size = 0
    try:
        async for chunk in request.stream():
            for content in inflate.pieces(chunk) if inflate else (chunk,):
                size += len(content)
                if size > most:
                    raise Problem("body-too-large", f"At most {most} bytes after decompression.")
                yield content
    except zlib.error:
        raise Problem("invalid-encoding") from None
    except ClientDisconnect:
        raise Problem("invalid-request", "The body ended before its length.") from None
    if inflate and not inflate.ended:
        raise Problem("invalid-encoding", "The gzip stream ended early.")


class Inflate:
    """Decompresses gzip as it arrives, in pieces of bounded size; one member or several (RFC 1952, section 2.2)."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    @property
    def ended(self) -> bool:
        """Whether the last member that began is whole."""
        return self._member.eof

    def pieces(self, content: bytes) -> Iterator[bytes]:
        """What the next bytes hold. Raises zlib.error where they are not gzip."""
        while True:
            if self._member.eof and content:
                self._member = zlib.decompressobj(wbits=31)
            piece = self._member.decompress(content, PIECE_BYTES)
            yield piece
            content = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not content and len(piece) < PIECE_BYTES:
                return


def parse(contract: type[C], content: bytes, rules: Callable[[C], Iterable[Fault]] = lambda _: ()) -> C:
    """The body as its contract, held against `rules` that need several fields. Raises Problem with every fault."""
    check_json(content)
    return validated(contract, content, rules)


def validated(contract: type[C], content: bytes, rules: Callable[[C], Iterable[Fault]] = lambda _: ()) -> C:
    """The same for a body whose JSON has been checked already."""
    try:
        report = contract.model_validate_json(content)
    except ValidationError as error:
        raise Problem.of_faults(_all_faults(contract, content, error, rules)) from None
    if faults := list(rules(report)):
        raise Problem.of_faults(faults)
    return report


def named(key: type[C], plain: Mapping[str, Any]) -> C:
    """The key that a line's plain JSON names, whatever else it says. Raises Problem with every fault of the key."""
    members = {member: plain[member] for member in key.model_fields if member in plain}
    return validated(key, to_json(members))


def check_json(content: bytes) -> Any:
    """The body as plain JSON. Raises Problem `invalid-json` or `duplicate-key`."""
    try:
        return jiter.from_json(content, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError as error:
        repeated = "duplicate key" in str(error).lower()
        raise Problem("duplicate-key" if repeated else "invalid-json") from None


def _all_faults(
    contract: type[C], content: bytes, error: ValidationError, rules: Callable[[C], Iterable[Fault]]
) -> list[Fault]:
    """Every fault of a body, up to a thousand, those too that show only once others are mended.

    The parts at fault are taken out, or the contract's stand-ins put in their place, and the rest is looked at again,
    a few times.
    """
    plain = jiter.from_json(content)
    stand_ins: Mapping[str, Any] = getattr(contract, "STAND_INS", {})
    found: dict[str, Fault] = {}
    taken_out: set[str] = set()
    for _ in range(ROUNDS):
        places = []
        for detail in _own_faults(error):
            fault, place = _fault(plain, detail), detail["loc"]
            known = fault.pointer in found or fault.pointer in taken_out
            places.append(place[:-1] if known else place)
            if not known:
                found[fault.pointer] = fault
        if len(found) >= MOST_FAULTS:
            break
        for place in sorted(places, key=str, reverse=True):
            taken_out.add(_take_out(plain, place))
        if isinstance(plain, dict):
            plain |= {name: value for name, value in stand_ins.items() if pointer_to([name]) in {*found, *taken_out}}
        try:
            for fault in rules(contract.model_validate_json(json.dumps(plain))):
                if not any(f"{fault.rests_on}/".startswith(f"{part}/") for part in taken_out - {""}):
                    found.setdefault(fault.pointer, fault)
            break
        except ValidationError as again:
            error = again
    return list(found.values())[:MOST_FAULTS]


def _own_faults(error: ValidationError) -> list[Any]:
    """The errors, but that a list is too short because an element of it is at fault.

    Of an element that is named by no number that alone is said: nothing within it can be pointed to.
    """
    errors = error.errors(include_input=False, include_url=False)[:MOST_FAULTS]
    unnamed = dict.fromkeys(one["loc"][:-1] for one in errors if one["loc"][-1:] == OF_THE_KEY)
    named: list[Any] = [{"type": "element_key", "loc": place} for place in unnamed]
    named += [one for one in errors if not any(one["loc"][:depth] in unnamed for depth in range(len(one["loc"])))]
    holders = {one["loc"][:depth] for one in named for depth in range(len(one["loc"]))}
    return [one for one in named if one["type"] != "too_short" or one["loc"] not in holders]


def pointer_to(place: Iterable[int | str]) -> str:
    """JSON Pointer as a URI fragment (RFC 6901, section 6) to a place in a body."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def _fault(plain: Any, error: Mapping[str, Any]) -> Fault:
    known, place = [], error["loc"]
    for part in place:
        inside = isinstance(plain, dict | list) and (isinstance(plain, list) == isinstance(part, int))
        if not inside and part != place[-1]:
            continue
        known.append(part)
        plain = plain[part] if inside and _has(plain, part) else None
    pointer = pointer_to(known)
    kind = error["type"]
    if NOT_VOLUNTEERED.search(pointer):
        return Fault(pointer, never_kept.NOT_VOLUNTEERED, never_kept.VOLUNTEERED_ALONE)
    if never := _never_kept(kind, pointer, plain):
        return never
    if kind in FAULT_CODES:
        code, detail = FAULT_CODES[kind]
        shown = _hide(pointer, REPEATED[kind]) if kind in REPEATED else pointer
        return Fault(shown, code, detail.format(**error.get("ctx", {})))
    if kind.endswith(("_type", "_parsing")) or kind == "is_instance_of":
        return Fault(
            pointer, "wrong-type", f"{error['msg'].removeprefix('Input should be ').capitalize()} is expected."
        )
    return Fault(pointer, "invalid-value", "The value is not possible here.")


def _never_kept(kind: str, pointer: str, value: Any) -> Fault | None:
    """What a field that no contract has, or a code of the wrong form, is beside that."""
    if kind == "extra_forbidden":
        return never_kept.fault_of_field(_hide(pointer), pointer.rpartition("/")[2])
    if kind == "string_pattern_mismatch" and isinstance(value, str):
        return next(never_kept.faults_of_code(pointer, value), None)
    return None


def _hide(pointer: str, shown: str = PLAIN_WORD) -> str:
    """The pointer; an unknown member's own name could be a person's, so it is repeated only if it is `shown`."""
    parent, _, name = pointer.rpartition("/")
    return pointer if re.fullmatch(shown, name) else f"{parent}/…"


def _has(plain: Any, part: int | str) -> bool:
    return part in plain if isinstance(plain, dict) else isinstance(part, int) and part < len(plain)


def _take_out(plain: Any, place: tuple[Any, ...]) -> str:
    """Remove what stands at a place, of a list the whole list, since its other places would move; what was removed."""
    holder, depth = None, 0
    for index, part in enumerate(place):
        if not isinstance(plain, dict | list) or not _has(plain, part):
            return ""
        if isinstance(plain, dict):
            holder, depth = plain, index
        plain = plain[part]
    if holder is None:
        return ""
    del holder[place[depth]]
    return pointer_to(place[: depth + 1])


def check_media_type(request: Request, accepted: Iterable[str]) -> None:
    """Raise Problem `unsupported-media-type` unless the body says that it is one of these."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent not in accepted:
        raise Problem("unsupported-media-type", f"Send {' or '.join(accepted)}.")
