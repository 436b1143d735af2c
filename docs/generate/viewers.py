"""The page of viewers: what each of them gets of one incident, field by field, as the policy decides it.

It is made from the table of the policy and the labels of the contracts alone, not from the masks that cut an answer;
so a test can hold what a running stack answers against it.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from docs.generate.markdown import anchor, code, page, prose, table
from gateway.around import CONCLUDED, FOLLOWING, LISTS
from gateway.masks import EVERY_INDEX, NEVER_SHOWN, Path, holds_list
from gateway.oauth.clients import Registration, demo_clients
from gateway.own_part import OF_ONE_PERSON, OF_SEVERAL, SAID_OF_OTHERS
from gateway.policy import (
    ANOTHER_STUDENT,
    AT_SCHOOL,
    CHILD,
    NONE,
    OWN,
    REVOKED,
    Rule,
    policy,
)
from gateway.viewer import CHANGED_AT
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import Contract, Label, contract_in, label_of
from shared.contracts.incidents import Incident

ABOUT = """
One incident at a school, of two students, was delivered to the school's district. One student is a minor; the other
is eighteen. The district has said which of its students they are, and who holds the rights over their records. Then
everybody asks for it: each client of the demo, for its usual purpose. What stands here is what the policy
(`gateway/policy.csv`) decides. A test asks a running stack as each of them, by every way in, and compares each field.

Names and sentences are in no view, and so not on this page. Who may have them revealed is at `/docs/ferpa` of every
installation, with the rest of the policy."""
WHO = """
Whoever gets no record gets null with the rule, or `not-found` with the rule, whether or not there is one. Flags say
themselves whom they are for."""
MATRIX = """
Only those who get a record stand here. ✓ is shown. A rule's name is null with an entry of that rule. *own* is shown
as far as it is about the own child, with an entry of ANOTHER-STUDENT for what is not. – is in no answer at all.

A record bears besides its id, its key, whose it is, its class and its version. Oversight and research have codes of
their own in place of id and key, which differ from one client to the next. They find records in a list, which stands
in no order that tells when something was, and ask for none by its number: that is as if there were none. The change
feed and the counts are not for them."""
RULES = "What each rule that is named above says, and who may see what it withholds."
FAMILY = frozenset({CHILD})


class Answer(StrEnum):
    """What is done to a field."""

    SHOWN = "shown"
    OWN_CHILD = "own child"
    WITHHELD = "withheld"
    ABSENT = "absent"


class Cell(NamedTuple):
    """What the policy says of a field to a viewer, and the rule that decides it."""

    answer: Answer
    rule: Rule


class Asker(NamedTuple):
    """A client of the demo: who that is in words, and how it stands to the incident."""

    who: str
    relationship: str


class Field(NamedTuple):
    """A field of an incident: where it stands (`*` for an index), its label, and the name that a rule has for it."""

    path: Path
    label: Label
    named: str


ASKERS: Mapping[str, Asker] = {
    "demo-rms": Asker("the agency's records system", OWN),
    "demo-supervisor": Asker("the officer's supervisor", OWN),
    "demo-officer": Asker("the officer", OWN),
    "demo-state": Asker("a state program that keeps the agency's records", OWN),
    "demo-other-rms": Asker("another agency", NONE),
    "demo-principal": Asker("the school's principal", AT_SCHOOL),
    "demo-sis": Asker("the district's student information system", OWN),
    "demo-privacy-officer": Asker("the district's privacy officer", OWN),
    "demo-other-sis": Asker("another district", NONE),
    "demo-parent": Asker("the mother of the minor", CHILD),
    "demo-second-parent": Asker("the father of the minor, whose rights were revoked", REVOKED),
    "demo-student": Asker("the student of eighteen", CHILD),
    "demo-oversight": Asker("a board that oversees the agency", OWN),
    "demo-researcher": Asker("a researcher", OWN),
    "demo-dashboard": Asker("the public", NONE),
    "demo-admin": Asker("who runs the installation", NONE),
}
"""Every client of the demo, in the order of the page."""


@cache
def registration(client: str) -> Registration:
    """A client of the demo."""
    return next(one for one in demo_clients() if one.client == client)


def decided(client: str, label: Label, named: str = "", relationship: str | None = None) -> Rule:
    """The rule by which the policy decides a field to a client of the demo, for its usual purpose."""
    asking = registration(client)
    return policy().decide(
        asking.role,
        relationship or ASKERS[client].relationship,
        policy().class_of(asking.role),
        label,
        purpose=asking.default_purpose,
        field=named,
    )


def gets_the_record(client: str) -> Rule:
    """The rule that gives the client the record at all, or withholds the whole of it."""
    return decided(client, Label.FACT)


def fields() -> Iterator[Field]:
    """Every field of an incident, and of what follows from it, those of a part behind the part."""
    yield Field((CHANGED_AT,), Label.INDIRECT, CHANGED_AT)
    yield from _fields(Incident)
    for name, (_, contract) in LISTS.items():
        yield Field((name,), Label.FACT, "")
        yield Field((name, EVERY_INDEX, CHANGED_AT), Label.INDIRECT, CHANGED_AT)
        yield from _fields(contract, (name, EVERY_INDEX))
    for field in _fields(Conclusion):
        if field.path[0] in CONCLUDED:
            yield field


def is_de_identified(client: str) -> bool:
    """Whether the client gets records without what they could be known by: it asks for none by its number."""
    return gets_the_record(client).permits and not decided(client, Label.INDIRECT).permits


def cell(client: str, field: Field) -> Cell:
    """What the policy says of a field to a client that gets the record."""
    rule = decided(client, field.label, field.named)
    if field.label in NEVER_SHOWN:
        return Cell(Answer.ABSENT, rule)
    if ASKERS[client].relationship in FAMILY and rule.permits:
        others = decided(client, Label.STUDENT, relationship=ANOTHER_STUDENT)
        if field.path[0] in FOLLOWING:
            return Cell(Answer.WITHHELD, others)
        if _tells_of_one(field.path):
            return Cell(Answer.OWN_CHILD, others)
    return Cell(Answer.SHOWN if rule.permits else Answer.WITHHELD, rule)


def matrix(client: str) -> dict[Path, Cell]:
    """What a client that gets the record gets of each field; a part of what is withheld goes with it."""
    cells: dict[Path, Cell] = {}
    for field in fields():
        whole = next((cells[place] for place in _around(field.path) if place in cells), None)
        gone = whole is not None and whole.answer is Answer.WITHHELD and field.label not in NEVER_SHOWN
        cells[field.path] = whole if whole is not None and gone else cell(client, field)
    return cells


def viewers_page() -> str:
    """The page: who gets the record, what of it, and the rules that say so."""
    readers = [client for client in ASKERS if gets_the_record(client).permits]
    matrices = {client: matrix(client) for client in readers}
    named = [gets_the_record(client) for client in ASKERS]
    named += [one.rule for cells in matrices.values() for one in cells.values() if one.answer is not Answer.SHOWN]
    return page(
        "One record, every viewer",
        prose(ABOUT),
        "## Who gets it",
        prose(WHO),
        table(("who", "client", "role", "purpose", "gets", "by", "flags for"), (_row(client) for client in ASKERS)),
        "## What of it",
        prose(MATRIX),
        table(("field", "label", *(code(client.removeprefix("demo-")) for client in readers)), _cells(matrices)),
        "## The rules",
        prose(RULES),
        *(_rule(rule) for rule in dict.fromkeys(named)),
    )


def _fields(contract: type[Contract], place: Path = (), named: str = "") -> Iterator[Field]:
    for name, declared in contract.model_fields.items():
        path, called = (*place, name), f"{named}.{name}" if named else name
        yield Field(path, label_of(contract, name), called)
        if nested := contract_in(declared.annotation):
            below = (*path, EVERY_INDEX) if holds_list(declared.annotation) else path
            yield from _fields(nested, below, called)


def _around(path: Path) -> Iterator[Path]:
    """The places of the parts in which a field stands, the nearest first."""
    return (path[:length] for length in range(len(path) - 1, 0, -1))


def _tells_of_one(path: Path) -> bool:
    if path[0] == "people":
        return len(path) > len(("people", EVERY_INDEX)) and path[2] not in SAID_OF_OTHERS
    return path[0] in (*OF_ONE_PERSON, *OF_SEVERAL)


def _row(client: str) -> tuple[str, ...]:
    asking, rule = registration(client), gets_the_record(client)
    gets = "nothing"
    if rule.permits:
        gets = "the agency's record" if rule.class_of_records == "agency_record" else "the district's copy"
    link = f"[{rule.name}]({anchor(rule.name)})"
    return (
        ASKERS[client].who,
        code(client),
        code(asking.role),
        code(asking.default_purpose),
        gets,
        link,
        ", ".join(sorted(rule.readers)),
    )


def _cells(matrices: Mapping[str, Mapping[Path, Cell]]) -> Iterator[tuple[str, ...]]:
    for field in fields():
        said = (_said(cells[field.path]) for cells in matrices.values())
        yield code(".".join(step for step in field.path if step != EVERY_INDEX)), field.label, *said


def _said(one: Cell) -> str:
    if one.answer is Answer.WITHHELD:
        return f"[{one.rule.name}]({anchor(one.rule.name)})"
    return {Answer.SHOWN: "✓", Answer.OWN_CHILD: "*own*", Answer.ABSENT: "–"}[one.answer]


def _rule(rule: Rule) -> str:
    said = f"{rule.reason} ({rule.section})"
    return f"### {rule.name}\n\n" + prose(said if rule.permits else f"{said}\n\nWho may: {rule.who_may}")
