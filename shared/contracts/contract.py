"""The form of everything that is said: strict, closed, and every field described and labelled under FERPA."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, get_args

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from shared.contracts.codes import CodeOf


class Label(StrEnum):
    """What a field can tell about a person; the policy decides by it who may see the field (34 CFR Part 99)."""

    FACT = "fact"
    """Tells of no person."""
    OFFICER = "officer"
    """Tells of a public employee on duty."""
    INDIRECT = "indirect"
    """Time and place: tells of a person together with other facts (34 CFR 99.3, indirect identifiers)."""
    STUDENT = "student"
    """Tells of one student."""
    HEALTH = "health"
    """Tells of a disability or of care."""
    SEALED = "sealed"
    """A name or a sentence: kept in the vault alone."""
    INTERNAL = "internal"
    """Never shown."""


class Contract(BaseModel):
    """A message or record: no type is converted, no unknown field is taken, nothing changes after it was made."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def labelled(label: Label, description: str, default: Any = ..., **constraints: Any) -> Any:
    """A contract's field: its FERPA label, what it means (with its unit), its default, and pydantic constraints."""
    return Field(default, description=description, json_schema_extra={"x-ferpa": label.value}, **constraints)


def label_of(contract: type[Contract], field: str) -> Label:
    """The FERPA label of a field. Raises KeyError if the field does not exist or bears none."""
    extra = contract.model_fields[field].json_schema_extra
    if not isinstance(extra, dict) or "x-ferpa" not in extra:
        raise KeyError(f"{contract.__name__}.{field} bears no FERPA label")
    return Label(str(extra["x-ferpa"]))


def canonical(plain: dict[str, Any]) -> str:
    """A record's JSON in one form, whoever made it: keys in order, what is None left out by the caller."""
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z).decode()


def shown(contract: type[Contract], document: dict[str, Any]) -> dict[str, Any]:
    """A record's JSON without the fields that are never shown (label `internal`), at every depth."""
    visible: dict[str, Any] = {}
    for name, value in document.items():
        if name not in contract.model_fields or label_of(contract, name) is Label.INTERNAL:
            continue
        nested = contract_in(contract.model_fields[name].annotation)
        if nested and isinstance(value, list):
            value = [shown(nested, one) for one in value]
        elif nested and isinstance(value, dict):
            value = shown(nested, value)
        visible[name] = value
    return visible


def contract_in(annotation: Any) -> type[Contract] | None:
    """The contract that an annotation holds (`Person`, `Person | None`, `tuple[Person, ...] | None`), if any."""
    if isinstance(annotation, type) and issubclass(annotation, Contract):
        return annotation
    return next((found for part in get_args(annotation) if (found := contract_in(part))), None)


def contracts_within(contract: type[Contract]) -> Iterator[type[Contract]]:
    """The contract itself and every contract nested in it, each once."""
    seen: dict[type[Contract], None] = {}

    def visit(current: type[Contract]) -> None:
        if current in seen:
            return
        seen[current] = None
        for field in current.model_fields.values():
            if nested := contract_in(field.annotation):
                visit(nested)

    visit(contract)
    yield from seen


CONTROL_OR_BIDI = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def _clean(text: str) -> str:
    if CONTROL_OR_BIDI.search(text):
        raise ValueError("control characters and writing-direction overrides are not taken")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


TIME = re.compile(
    r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:[Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
)
DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")


def _of_form(form: re.Pattern[str], kind: type, example: str) -> Callable[[Any], Any]:
    def of_form(value: Any) -> Any:
        """The value, a text of this form or of the kind itself: a parser would take a number in quotes as well."""
        if not isinstance(value, str | kind):
            raise PydanticCustomError("form_type", "Input should be a text like {example}", {"example": example})
        if isinstance(value, str) and not form.fullmatch(value):
            raise PydanticCustomError("form", "Input should be like {example}", {"example": example})
        return value

    return of_form


Time = Annotated[
    AwareDatetime, Strict(strict=False), BeforeValidator(_of_form(TIME, datetime, "2026-10-05T10:12:00-07:00"))
]
"""A moment of the years 1900 to 2199 with its offset, as RFC 3339 writes it."""
Day = Annotated[date, Strict(strict=False), BeforeValidator(_of_form(DAY, date, "2026-10-05"))]
"""A day of the years 1900 to 2199, as ISO 8601 writes it."""
MOST = 2**31 - 1
Count = Annotated[int, Field(ge=0, le=MOST)]
"""How many; at most what a 32-bit number holds."""
Few: Any = Field(max_length=20)
"""Bounds a list of codes."""
Many: Any = Field(max_length=1_000)
"""Bounds a list of elements: a body of one record cannot become more objects than a record has."""
ElementNumber = Annotated[int, Field(ge=1, le=MOST)]
"""The sender's number of an element of a record, from 1."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000), AfterValidator(_clean)]
"""A sentence, in NFC. It is sealed wherever it stands."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_clean)]
"""A short text in NFC: a person's name, or the name of an organisation."""
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:\-]{1,40}$")]
"""A free identifier or local code: no blanks, so that no name fits in it."""
Ori = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{9}$")]
"""Originating agency identifier: 9 characters (NCIC)."""
IncidentNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9._\-]{1,40}$")]
"""An agency's incident number in canonical form."""
SchoolId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""NCES school id (NCESSCH), 12 digits, a string."""
LEA_ID_DIGITS = 7
"""The first digits of a school's id are its district's."""
LeaId = Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")]
"""NCES district id (LEAID), 7 digits, a string."""
SCHOOL_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}")


def _school_year(year: str) -> str:
    if not SCHOOL_YEAR.fullmatch(year) or (int(year[:4]) + 1) % 100 != int(year[5:]):
        raise PydanticCustomError(
            "form", "Input should be two years that follow each other, like {example}", {"example": "2026-27"}
        )
    return year


SchoolYear = Annotated[str, AfterValidator(_school_year), Field(json_schema_extra={"pattern": r"^[0-9]{4}-[0-9]{2}$"})]
"""A school year by the calendar years in which it begins and ends: `2026-27`."""
YesNo = Annotated[str, CodeOf("yes_no")]
"""`yes`, `no` or `unknown`."""
