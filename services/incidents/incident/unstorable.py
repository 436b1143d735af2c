"""What must not be stored, wherever in a report it stands: told from the values alone (P7; footnote 8)."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, get_args

from pydantic import StringConstraints

from shared.contracts import never_kept
from shared.contracts.contract import Contract, Identifier, Label, contract_in, label_of
from shared.contracts.fault import Fault
from shared.contracts.incidents import IncidentReport, PersonReport, SelfReported

IDENTIFIED = frozenset({"subject", "victim"})

NUMBERS_OF_OTHER_SYSTEMS = frozenset({"arrest_number", "number", "reference", "student_number"})
"""Free identifiers that another system gave: they may look like a telephone number or a date, and mean neither."""

Look = Callable[[str, str], Iterator[Fault]]
"""From a pointer and the value there to the value's faults."""


def unstorable_faults(report: IncidentReport) -> Iterator[Fault]:
    """The faults of a report that holds what Daylight never keeps, or tells who somebody is where that is not taken."""
    for index, person in enumerate(report.people or ()):
        yield from _identity_faults(person, f"#/people/{index}")
    yield from _within(report, "#")


def unstorable_in(statement: Contract) -> Iterator[Fault]:
    """The same of what is said of a report afterwards: a judgement, what is stated about a flag."""
    yield from _within(statement, "#")


def _identity_faults(person: PersonReport, pointer: str) -> Iterator[Fault]:
    identity = person.identity
    if identity is None:
        return
    if not IDENTIFIED & set(person.involvement or ()):
        detail = "An identity is taken for subjects and victims alone."
        yield Fault(f"{pointer}/identity", "must-not-be-stored", detail, rests_on=f"{pointer}/involvement")
    if identity.student_number is not None and identity.student_number_source not in ("student_said", "id_shown"):
        yield Fault(
            f"{pointer}/identity/student_number",
            "must-not-be-stored",
            "Taken only with student_number_source student_said or id_shown; it is never asked for.",
            rests_on=f"{pointer}/identity/student_number_source",
        )


def _within(element: Contract, pointer: str) -> Iterator[Fault]:
    for name, look in _looked_at(type(element)):
        value = getattr(element, name)
        if isinstance(value, str):
            yield from look(f"{pointer}/{name}", value)
        elif isinstance(value, Contract):
            yield from _within(value, f"{pointer}/{name}")
        elif isinstance(value, tuple):
            for index, one in enumerate(value):
                here = f"{pointer}/{name}/{index}"
                yield from _within(one, here) if isinstance(one, Contract) else look(here, one)


@cache
def _looked_at(contract: type[Contract]) -> tuple[tuple[str, Look], ...]:
    """The fields that hold, or hold elements that hold, anything but numbers, times and codes of closed lists."""
    return tuple((name, look) for name in contract.model_fields if (look := _look(contract, name)) is not None)


def _look(contract: type[Contract], name: str) -> Look | None:
    field = contract.model_fields[name]
    if (nested := contract_in(field.annotation)) is not None:
        return never_kept.faults_of_text if _looked_at(nested) else None
    if _form(Identifier) in map(_form, (field, *_parts(field.annotation))):
        return never_kept.faults_of_number if name in NUMBERS_OF_OTHER_SYSTEMS else never_kept.faults_of_code
    if label_of(contract, name) is not Label.SEALED:
        return None
    return never_kept.faults_of_content if contract is SelfReported else never_kept.faults_of_text


def _parts(annotation: Any) -> Iterator[Any]:
    """An annotation and all that stands within it."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _form(annotated: Any) -> str | None:
    """The regular expression that a field, or an annotated type, is held to."""
    metadata: Iterable[Any] = getattr(annotated, "__metadata__", None) or getattr(annotated, "metadata", None) or ()
    return next((str(part.pattern) for part in metadata if isinstance(part, StringConstraints)), None)
