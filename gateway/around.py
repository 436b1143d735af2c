"""What follows from incidents, read with them: flags, judgements, clocks, and what was concluded of them as a whole.

For a page of incidents it is one statement, whatever of it is asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway import documents
from gateway.documents import Stored
from gateway.kinds import CLOCK, CONCLUSION, FLAG, JUDGEMENT
from gateway.masks import Mask
from gateway.policy import ANOTHER_STUDENT
from gateway.reading import Reading
from gateway.viewer import Scope, Viewer
from shared.contracts.clocks import ClockRead
from shared.contracts.conclusions import Conclusion
from shared.contracts.contract import Contract, Label
from shared.contracts.flags import Flag
from shared.contracts.incidents import Incident
from shared.contracts.judgements import Judgement

LISTS: Mapping[str, tuple[str, type[Contract]]] = {
    "flags": (FLAG, Flag),
    "judgements": (JUDGEMENT, Judgement),
    "clocks": (CLOCK, ClockRead),
}
"""Fields that hold documents about the incident: their kind and contract."""
CONCLUDED = ("classification", "undetermined", "agreement", "restraint_minutes", "documentation")
"""Fields that stand in the incident's conclusion."""
FOLLOWING: Mapping[str, str] = {
    **{name: kind for name, (kind, _) in LISTS.items()},
    **dict.fromkeys(CONCLUDED, CONCLUSION),
}
"""Every field of an incident that does not stand in its own document, with the kind of document in which it does."""


def incident_mask(viewer: Viewer, scope: Scope) -> Mask:
    """What of an incident, and of what follows from it, the viewer may see."""
    own = viewer.mask(Incident, scope)
    if scope.family is not None:
        of_everybody = viewer.decide(ANOTHER_STUDENT, scope.record_class, Label.STUDENT)
        return replace(own, withheld={**own.withheld, **dict.fromkeys(FOLLOWING, of_everybody)})
    concluded = viewer.mask(Conclusion, scope)
    lists = {name: viewer.mask(contract, scope) for name, (_, contract) in LISTS.items()}
    return replace(
        own,
        withheld={**own.withheld, **_concluded(concluded.withheld)},
        inside={**own.inside, **_concluded(concluded.inside), **{name: mask for name, mask in lists.items() if mask}},
        lists=own.lists | (concluded.lists & set(CONCLUDED)) | lists.keys(),
        addressed={**own.addressed, **_concluded(concluded.addressed)},
    )


async def with_what_follows(
    reading: Reading, scope: Scope, page: Sequence[Stored], mask: Mask, asked: Collection[str]
) -> list[dict[str, Any]]:
    """The records of a page, cut to what the viewer may see, with those fields of `FOLLOWING` that are asked for."""
    records = [reading.opened(stored, scope) for stored in page]
    if asked and page:
        kinds, keys = sorted({FOLLOWING[name] for name in asked}), [stored.key for stored in page]
        found: dict[tuple[str, str, str | None], list[dict[str, Any]]] = {}
        for one in await reading.read(lambda snapshot: documents.around(snapshot, scope, kinds, keys)):
            found.setdefault((one.kind, one.custodian, one.about), []).append(reading.opened(one, scope))
        for stored, record in zip(page, records, strict=True):
            for name in asked:
                around = found.get((FOLLOWING[name], stored.custodian, stored.key), [])
                record[name] = around if name in LISTS else around[0].get(name) if around else None
    return [mask.cut(record) for record in records]


def _concluded(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if name in CONCLUDED}
