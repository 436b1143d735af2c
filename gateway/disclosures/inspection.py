"""The record of disclosures as a parent, or the student when of age, inspects it (34 CFR 99.32(c)). Pure."""

from shared.contracts.disclosures import Disclosure, Disclosures
from shared.contracts.record import Withheld

IDENTITY = "identity"


def inspected(found: Disclosures, custodian: str, own: frozenset[int], withheld: Withheld) -> Disclosures:
    """What 99.32 records of the district's own chain about these people, told of nobody else.

    What the section exempts is left out: what school officials and parents were told, what had consent, sealed orders.
    An entry that is about others as well names the own people alone; its details can then not be held against their
    digest, so their salt is left out, while the proof that the entry is in the chain stands. `withheld` says so.
    """
    recorded = [one for one in found.disclosures if one.entry.custodian == custodian and one.recorded_under_99_32]
    cut = [_cut(one, own) for one in recorded if _concerns(one, own)]
    return Disclosures(
        disclosures=tuple(cut),
        heads=tuple(head for head in found.heads if head.custodian == custodian),
        withheld=(withheld,) if cut != recorded else (),
    )


def _concerns(one: Disclosure, own: frozenset[int]) -> bool:
    """Whether it is about some of these people: what is no identity is about everybody."""
    about = frozenset(one.details.person_numbers) if one.details else frozenset()
    return one.entry.what != IDENTITY or not about or bool(about & own)


def _cut(one: Disclosure, own: frozenset[int]) -> Disclosure:
    if one.details is None or set(one.details.person_numbers) <= own:
        return one
    numbers = tuple(number for number in one.details.person_numbers if number in own)
    details = one.details.model_copy(update={"person_numbers": numbers})
    return one.model_copy(update={"details": details, "salt": None})
