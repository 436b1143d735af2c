"""Where names and sentences stay: AES-256-GCM under a key per subject, wrapped per custodian, wrapped by a master key.

A subject is a person in a record, or the record itself (subject 0) for its texts; never a student. Deleting a
subject's key forgets the person and leaves the record's facts. What is sealed is decided by the contract's labels.
Sources: FIPS 197 and NIST SP 800-38D (AES-GCM); CJIS Security Policy SC-28.
"""

import hmac
import os
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.contract import Contract, Label, canonical, contract_in, contracts_within, label_of
from shared.records.database import Connection, Database

THE_RECORD = 0
K = TypeVar("K", bound=Contract)
KEY_BYTES, NONCE_BYTES, DIGEST_BYTES = 32, 12, 16

NEW_CUSTODIAN = "insert into vault.custodian_key (custodian, wrapped) values ($1, $2) on conflict do nothing"
SEALED_OF_RECORD = """
select subject, pointer, custodian, wrapped, ciphertext
from vault.sealed
where record_id = $1
"""

Parts: TypeAlias = dict[int, dict[str, Any]]


class SealedSubject(NamedTuple):
    """What is sealed of one subject: its wrapped key and its ciphertext.

    `pointer` is where an answer stands that is sealed by itself; empty for all that a report says of the subject.
    """

    subject: int
    custodian: str
    wrapped_key: bytes
    ciphertext: bytes
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Custodian:
    """An organisation that keeps records, with the key that wraps its subjects' keys."""

    name: str
    key: bytes

    def digest(self, record_id: UUID, subject: int, parts: dict[str, Any]) -> str:
        """Keyed digest of what is sealed of a subject: tells that it changed, tells nothing about it."""
        message = record_id.bytes + subject.to_bytes(4, "big") + orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
        return hmac.digest(self.key, message, "sha256")[:DIGEST_BYTES].hex()

    def digest_of_key(self, key: str) -> bytes:
        """Keyed digest of a record's natural key: by it the record is known again, and by nothing else found."""
        return hmac.digest(self.key, b"natural key\0" + key.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Sealed(Generic[K]):
    """A record without names and sentences, and apart from it what was taken out, by subject and JSON Pointer.

    `document` is the record's canonical JSON.
    """

    contract: type[K]
    document: str
    parts: Parts

    @property
    def record(self) -> K:
        """The record itself."""
        return self.contract.model_validate_json(self.document)


class Vault:
    """Seals and unseals with the master key; remembers the custodians' keys it has unwrapped."""

    def __init__(self, master_key: bytes) -> None:
        self._master = AESGCM(master_key)
        self._custodians: dict[str, Custodian] = {}

    async def custodian(self, database: Database, name: str) -> Custodian:
        """The custodian with its key, made at first need and committed before anything is sealed under it."""
        if name not in self._custodians:
            wrapped = self._wrap(self._master, os.urandom(KEY_BYTES), name.encode())
            async with database.connection() as connection:
                await connection.execute(NEW_CUSTODIAN, name, wrapped)
                stored = await connection.fetchval("select wrapped from vault.custodian_key where custodian = $1", name)
            self._custodians[name] = Custodian(name, self._unwrap(self._master, stored, name.encode()))
        return self._custodians[name]

    def encrypt(self, record_id: UUID, custodian: Custodian, parts: Parts) -> tuple[SealedSubject, ...]:
        """Encrypt the parts of each subject under a new key of its own."""
        wrapping = AESGCM(custodian.key)
        return tuple(_encrypt(wrapping, record_id, custodian.name, subject, found) for subject, found in parts.items())

    def encrypt_answers(self, record_id: UUID, custodian: Custodian, parts: Parts) -> tuple[SealedSubject, ...]:
        """Encrypt each part by itself, so that one answer can be taken back without the others being read."""
        wrapping = AESGCM(custodian.key)
        return tuple(
            _encrypt(wrapping, record_id, custodian.name, subject, {pointer: value}, pointer)
            for subject, found in parts.items()
            for pointer, value in found.items()
        )

    async def unseal(self, database: Database, record_id: UUID) -> Parts:
        """What is sealed of a record's report, by subject and pointer. Raises InvalidTag for a row tampered with."""
        async with database.connection() as connection:
            return (await self.unseal_layers(database, connection, record_id))[0]

    async def unseal_layers(self, database: Database, connection: Connection, record_id: UUID) -> tuple[Parts, Parts]:
        """What is sealed of a record's report, and of the answers to it, as the connection sees it.

        Raises InvalidTag for a row that was tampered with.
        """
        layers: tuple[Parts, Parts] = ({}, {})
        for row in await connection.fetch(SEALED_OF_RECORD, record_id):
            custodian = await self.custodian(database, row["custodian"])
            place = _place(record_id, row["custodian"], row["subject"], row["pointer"])
            key = self._unwrap(AESGCM(custodian.key), row["wrapped"], place)
            found = orjson.loads(self._unwrap(AESGCM(key), row["ciphertext"], place))
            layers[row["pointer"] != ""].setdefault(row["subject"], {}).update(found)
        return layers

    @staticmethod
    def _wrap(cipher: AESGCM, content: bytes, place: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, content, place)

    @staticmethod
    def _unwrap(cipher: AESGCM, wrapped: bytes, place: bytes) -> bytes:
        return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place)


def _encrypt(
    wrapping: AESGCM, record_id: UUID, custodian: str, subject: int, parts: dict[str, Any], pointer: str = ""
) -> SealedSubject:
    chance, place = os.urandom(KEY_BYTES + 2 * NONCE_BYTES), _place(record_id, custodian, subject, pointer)
    key, nonce, wrapping_nonce = chance[:KEY_BYTES], chance[KEY_BYTES:-NONCE_BYTES], chance[-NONCE_BYTES:]
    return SealedSubject(
        subject,
        custodian,
        wrapping_nonce + wrapping.encrypt(wrapping_nonce, key, place),
        nonce + AESGCM(key).encrypt(nonce, orjson.dumps(parts), place),
        pointer,
    )


def _place(record_id: UUID, custodian: str, subject: int, pointer: str) -> bytes:
    return record_id.bytes + subject.to_bytes(4, "big") + custodian.encode() + pointer.encode()


def seal(report: Contract, into: type[K], *, record_id: UUID, custodian: Custodian, facts: dict[str, Any]) -> Sealed[K]:
    """The only way from a report to a record.

    Every field labelled `sealed` is taken out. Where the record has a field of that name it says `given` or `none`;
    the records of subjects get a keyed digest of what was taken. `facts` are laid over the record's other fields.
    That nothing else is in the document than the record's contract has is settled once, when the way from the one
    contract to the other is planned.
    """
    plan = _plan(type(report), into)
    plain = report.model_dump(exclude_none=True, exclude=plan.left_out)
    parts: Parts = {}
    owners: dict[int, dict[str, Any]] = {THE_RECORD: plain}
    _take_out(plain, plan, "", THE_RECORD, parts, owners)
    for subject, found in parts.items():
        owners[subject]["sealed_digest"] = custodian.digest(record_id, subject, found)
    plain |= facts
    return Sealed(into, canonical(plain), parts)


def restored(document: dict[str, Any], parts: Parts, report: type[Contract], kept: type[Contract]) -> dict[str, Any]:
    """The way back from a record to its report, as plain JSON: what was sealed is put in its places again.

    What is not among the parts is left out, and so are those fields of the report that the record does not keep.
    """
    plain: dict[str, Any] = orjson.loads(orjson.dumps(document))
    _put_back(plain, _plan(report, kept), "", {place: one for found in parts.values() for place, one in found.items()})
    return plain


def _put_back(plain: dict[str, Any], plan: "_Plan", pointer: str, sealed: dict[str, Any]) -> None:
    for name in plan.record_only:
        plain.pop(name, None)
    for step in plan.steps:
        here = f"{pointer}/{step.field}"
        if step.nested is None:
            plain.pop(step.field, None)
            if here in sealed:
                plain[step.field] = deepcopy(sealed[here])
        elif step.many:
            for index, item in enumerate(plain.get(step.field) or ()):
                _put_back(item, step.nested, f"{here}/{index}", sealed)
        elif step.field in plain:
            _put_back(plain[step.field], step.nested, here, sealed)


@dataclass(frozen=True, slots=True)
class _Step:
    field: str
    nested: "_Plan | None"
    many: bool
    presence: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    steps: tuple[_Step, ...]
    subject_field: str | None
    left_out: set[str]
    record_only: tuple[str, ...]


class NotSealable(Exception):
    """A report has a field that is neither sealed nor the same in the record: the contracts must be mended."""


@cache
def _plan(report: type[Contract], kept: type[Contract]) -> _Plan:
    unknown = report.model_fields.keys() - kept.model_fields.keys()
    left_out = {name for name in unknown if label_of(report, name) is not Label.SEALED}
    record_only = tuple(kept.model_fields.keys() - report.model_fields.keys())
    return _Plan(tuple(_steps(report, kept)), getattr(report, "SUBJECT_FIELD", None), left_out, record_only)


def _steps(report: type[Contract], kept: type[Contract]) -> Iterator[_Step]:
    for name, field in report.model_fields.items():
        nested = contract_in(field.annotation)
        if label_of(report, name) is Label.SEALED:
            yield _Step(name, None, False, name in kept.model_fields)
        elif name in kept.model_fields:
            kept_nested = contract_in(kept.model_fields[name].annotation)
            if nested is not kept_nested and nested is not None and kept_nested is not None:
                yield _Step(name, _plan(nested, kept_nested), "tuple" in str(field.annotation), False)
            elif nested is not None and any(_seals(one) for one in contracts_within(nested)):
                raise NotSealable(f"{report.__name__}.{name}")


def _seals(contract: type[Contract]) -> bool:
    return any(label_of(contract, name) is Label.SEALED for name in contract.model_fields)


def _take_out(
    plain: dict[str, Any], plan: _Plan, pointer: str, subject: int, parts: Parts, owners: dict[int, dict[str, Any]]
) -> None:
    if plan.subject_field is not None:
        subject = plain[plan.subject_field]
        owners[subject] = plain
    for step in plan.steps:
        value = plain.get(step.field)
        if value is None:
            if step.presence:
                plain[step.field] = "none"
            continue
        here = f"{pointer}/{step.field}"
        if step.nested is None:
            del plain[step.field]
            if value:
                parts.setdefault(subject, {})[here] = value
            if step.presence:
                plain[step.field] = "given" if value else "none"
        elif step.many:
            for index, item in enumerate(value):
                _take_out(item, step.nested, f"{here}/{index}", subject, parts, owners)
        else:
            _take_out(value, step.nested, here, subject, parts, owners)
