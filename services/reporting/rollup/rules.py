"""What a record adds to the counts: facts, each with exactly one value of every dimension. Pure: no clock, no I/O.

So a total is the sum of its parts, whatever it is divided by. Where people of one contact differ, the contact stands
under `several`; what nobody knows stands under `unknown`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.rollup.counting import CountingRules, MeasureRule
from shared.contracts.incidents import Incident, Person

CONTACTS = "contacts"
"""Counts every contact once, beside the measures: what rates of contacts are of."""
SEVERAL = "several"
UNKNOWN = "unknown"
SUBJECT = "subject"
AGES = ((10, "under_10"), (13, "10_to_12"), (15, "13_to_14"), (18, "15_to_17"))
ADULT = "18_and_over"
AGE_BANDS = (*(band for _, band in AGES), ADULT)


@dataclass(frozen=True, slots=True)
class Fact:
    """One of what a measure counts; or, where `open` is 1, a contact of which it could not be counted."""

    measure: str
    element: str
    value: int
    open: int
    outcome: str
    offense: str
    race_ethnicity: str
    sex: str
    age: str
    english_learner: str
    disability: str


def facts_of(record: Incident, classification: str | None, rules: CountingRules) -> Iterator[Fact]:
    """What a live record adds, by every measure that is collected.

    `classification` is what was concluded of it; None while nothing has been.
    """
    contact: Mapping[str, Any] = {
        "classification": classification or "undetermined",
        "initiated_by": record.initiated_by,
    }
    subjects = tuple(person for person in record.people or () if SUBJECT in (person.involvement or ()))
    yield _fact(CONTACTS, record, subjects)
    for name, rule in rules.collected.items():
        if rule.of == "contact":
            yield from _of_contact(name, rule, contact, record, subjects)
        else:
            yield from _of_elements(name, rule, record, subjects)


def _of_contact(
    name: str, rule: MeasureRule, contact: Mapping[str, Any], record: Incident, subjects: Sequence[Person]
) -> Iterator[Fact]:
    if _holds(rule.where, contact):
        yield _fact(name, record, subjects)
    elif rule.open and _holds(rule.open, contact):
        yield _fact(name, record, subjects, is_open=True)


def _of_elements(name: str, rule: MeasureRule, record: Incident, subjects: Sequence[Person]) -> Iterator[Fact]:
    elements = getattr(record, rule.of or "")
    if elements is None:
        yield _fact(name, record, subjects, is_open=True)
        return
    is_open = False
    people = {person.person_number: person for person in record.people or ()}
    for place, element in enumerate(elements, 1):
        said = element.model_dump()
        if _holds(rule.where, said):
            of = [people[number] for number in _people_of(said) if number in people]
            yield _fact(name, record, of, element=str(place))
        elif rule.open and _holds(rule.open, said):
            is_open = True
    if is_open:
        yield _fact(name, record, subjects, is_open=True)


def _holds(conditions: Mapping[str, Sequence[str]], said: Mapping[str, Any]) -> bool:
    return all(said[field] in codes for field, codes in conditions.items())


def _people_of(element: Mapping[str, Any]) -> Sequence[int]:
    """Whom an element concerns: an action or a charge names one person, conduct may name several."""
    if "person_numbers" in element:
        return element["person_numbers"] or ()
    return [element["person_number"]] if element["person_number"] is not None else []


def _fact(
    measure: str, record: Incident, people: Sequence[Person], *, element: str = "", is_open: bool = False
) -> Fact:
    numbers = {person.person_number for person in people}
    outcomes = [one for one in record.outcomes or () if not element or one.person_number in numbers]
    seen = [person.perceived for person in people]
    return Fact(
        measure=measure,
        element=element,
        value=0 if is_open else 1,
        open=1 if is_open else 0,
        outcome=_shared(outcome.type for outcome in outcomes),
        offense=_shared(conduct.code or UNKNOWN for conduct in record.conduct or ()),
        race_ethnicity=_shared(_shared(one.race_ethnicity or ()) if one else UNKNOWN for one in seen),
        sex=_shared(one.sex if one else UNKNOWN for one in seen),
        age=_shared(_age_band(one.age) if one else UNKNOWN for one in seen),
        english_learner=_shared(one.english_learner if one else UNKNOWN for one in seen),
        disability=_shared(one.disability if one else UNKNOWN for one in seen),
    )


def _shared(values: Iterable[str]) -> str:
    """The value that all share; `several` where they differ, and `unknown` where there is none."""
    found = set(values)
    return found.pop() if len(found) == 1 else SEVERAL if found else UNKNOWN


def _age_band(age: int | None) -> str:
    if age is None:
        return UNKNOWN
    return next((band for above, band in AGES if age < above), ADULT)
