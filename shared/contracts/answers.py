"""How the questions that a report leaves open are answered: the contract of a PATCH, made from that of the report.

A PATCH is a JSON merge patch (RFC 7396): what it leaves out stays, and null takes an answer back. Lists of elements
are objects by the elements' numbers, so that an element can be spoken of and none can be added or removed.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, StringConstraints, create_model
from pydantic.fields import FieldInfo

from shared.contracts.contract import Contract, Many, contract_in, label_of, labelled
from shared.contracts.incidents import IncidentReport, Numbered

NOT_ANSWERED = frozenset(
    {"ori", "incident_number", "school_code", "source_system", "source_version", "source_updated_at"}
)
"""What the records system says of itself, of the record's key and in its own words: nobody else answers for it."""
ElementKey = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,9}$")]
"""The number of an element as the name of a member: the sender's own, or the position from 1 where it has none."""


@cache
def answers_to(report: type[Contract], name: str, left_out: frozenset[str] = frozenset()) -> type[Contract]:
    """The contract `name` of a merge patch to a report: its fields but those `left_out`, each optional and nullable.

    Descriptions, labels and constraints are the report's. A field that can be said in one way alone stays required.
    """
    fields: dict[str, Any] = {
        field_name: (_answer(field), _described(report, field_name))
        for field_name, field in report.model_fields.items()
        if field_name not in left_out
    }
    doc = f"Answers that are laid over {report.__name__}: what is left out stays, null takes an answer back."
    made: type[Contract] = create_model(name, __base__=Contract, __doc__=doc, __module__=__name__, **fields)
    return made


def own_numbers(report: type[Contract]) -> dict[str, str | None]:
    """The lists of elements of a report, each with the field of its elements' own number; None: the position counts."""
    return {name: _numbered_by(field) for name, field in report.model_fields.items() if _is_list_of_elements(field)}


def _answer(field: FieldInfo) -> Any:
    nested = contract_in(field.annotation)
    if nested is None:
        return field.annotation if _is_constant(field) else field.rebuild_annotation() | None
    name = f"{nested.__name__.removesuffix('Report')}Answers"
    if not _is_list_of_elements(field):
        return answers_to(nested, name) | None
    number = _numbered_by(field)
    element = answers_to(nested, name, frozenset({number} if number else ()))
    return Annotated[dict[ElementKey, element | None], Many] | None  # type: ignore[valid-type]


def _described(report: type[Contract], name: str) -> Any:
    field = report.model_fields[name]
    description = field.description or ""
    if _is_list_of_elements(field):
        description = f"{description.partition(';')[0].rstrip('.')}; by the elements' numbers."
    return labelled(label_of(report, name), description, ... if _is_constant(field) else None)


def _is_constant(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is Literal


def _is_list_of_elements(field: FieldInfo) -> bool:
    return contract_in(field.annotation) is not None and any(get_origin(one) is tuple for one in _parts(field))


def _numbered_by(field: FieldInfo) -> str | None:
    for part in (*field.metadata, *_parts(field)):
        if isinstance(part, AfterValidator) and isinstance(part.func, Numbered):
            return part.func.field
    return None


def _parts(field: FieldInfo) -> Iterator[Any]:
    """The field's annotation and all that it is made of."""
    left = [field.annotation]
    while left:
        part = left.pop()
        yield part
        left += get_args(part)


IncidentAnswers = answers_to(IncidentReport, "IncidentAnswers", NOT_ANSWERED)
