"""Reports as the contracts allow them, made by chance: every sealed text bears a mark, every sealed day is early."""

from datetime import UTC, date, datetime, timedelta, timezone
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import AwareDatetime, StringConstraints

from shared.contracts.codes import CodeOf, code_list
from shared.contracts.contract import Contract, Label, label_of
from shared.contracts.incidents import IncidentReport

MARK = "Zebulon"
"""Begins every sealed text; in no other field."""
SEALED_UNTIL = date(1949, 12, 31)
"""No sealed day is later, no other is earlier."""
NUMBERS = {"person_number", "action_number", "conduct_number", "documentation_number", "charge_number"}
"""Left out: the position counts."""

TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2026, 1, 1)).flatmap(
    lambda moment: st.integers(-12, 14).map(lambda hours: moment.replace(tzinfo=timezone(timedelta(hours=hours))))
)
DAYS = {
    True: st.dates(date(1900, 1, 1), SEALED_UNTIL),
    False: st.dates(date(1950, 1, 1), date(2026, 1, 1)),
}
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=20)


def reports() -> st.SearchStrategy[IncidentReport]:
    """Reports that keep their contract; what its rules say of several fields is not heeded."""
    return _contract(IncidentReport)  # type: ignore[return-value]


def _contract(contract: type[Contract], *, sealed: bool = False) -> st.SearchStrategy[Contract]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in contract.model_fields.items():
        hidden = sealed or label_of(contract, name) is Label.SEALED
        values = _values(Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation, hidden)
        if name in NUMBERS:
            values = st.none()
        (required if field.is_required() else optional)[name] = values
    return st.fixed_dictionaries(required, optional=optional).map(contract.model_validate)


def _values(annotation: Any, sealed: bool, constraints: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _values(parts[0], sealed, (*constraints, *parts[1:]))
    if origin in (Union, UnionType):
        return st.one_of(*(_values(part, sealed) for part in parts))
    if origin is tuple:
        return st.lists(_values(parts[0], sealed), min_size=1, max_size=3).map(tuple)
    if origin is Literal:
        return st.sampled_from(parts)
    if annotation is type(None):
        return st.none()
    if isinstance(annotation, type) and issubclass(annotation, Contract):
        return _contract(annotation, sealed=sealed)
    return _plain(annotation, sealed, constraints)


def _plain(annotation: Any, sealed: bool, constraints: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    for constraint in constraints:
        if isinstance(constraint, CodeOf):
            return st.sampled_from(list(code_list(constraint.list_name)))
        if isinstance(constraint, StringConstraints) and constraint.pattern:
            words = st.from_regex(constraint.pattern, fullmatch=True)
            return words.map(lambda word: f"{MARK}{word}"[:40]) if sealed else words.filter(lambda w: MARK not in w)
    if annotation is AwareDatetime:
        return TIMES.map(lambda moment: moment.astimezone(moment.tzinfo or UTC))
    if annotation is date:
        return DAYS[sealed]
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(1, 100)
    return WORDS.map(lambda words: f"{MARK} {words}") if sealed else WORDS.filter(len)
