"""What is said with an incident: its flags, what could not be judged, what is still to be said, and by when. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from services.incidents.flag.rules import CORRECTED
from services.incidents.incident.questions import open_questions
from shared.contracts.conclusions import Conclusion
from shared.contracts.flags import Flag
from shared.contracts.incident_reads import IncidentReceipt, PersonReceipt, RaisedFlag
from shared.contracts.incidents import Incident
from shared.contracts.questions import OpenQuestion
from shared.contracts.record import LIVE
from shared.records.keep import Kept

SUPERSEDED = "superseded"
ASKED_BY_CLOCK = {"/detention_documentation": "P4-DETENTION-DOC"}
"""What a clock waits for: the questions below these pointers are due when it is."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows from an incident: its flags by id, and its conclusion; None for a void record."""

    flags: Mapping[UUID, Flag]
    conclusion: Conclusion | None


def answered(incident: Incident, layers: str | None, follows: Follows) -> dict[str, Any]:
    """The members of the contract `Answered`."""
    conclusion = follows.conclusion
    return {
        "classification": conclusion and conclusion.classification,
        "flags": tuple(_raised(follows.flags)),
        "undetermined": conclusion.undetermined if conclusion else (),
        "open_questions": tuple(_dated(open_questions(incident), conclusion)) if conclusion else (),
        "superseded_answers": tuple(orjson.loads(layers).get(SUPERSEDED, ())) if layers else (),
    }


def receipt(kept: Kept, follows: Follows) -> IncidentReceipt:
    """The answer to a report, a PATCH or a void."""
    incident = Incident.model_validate_json(kept.document)
    return IncidentReceipt.model_validate(
        {
            "id": kept.id,
            "version": kept.version,
            "etag": kept.etag,
            "status": incident.status if kept.state == LIVE else kept.state,
            "people": tuple(
                PersonReceipt(person_number=person.person_number or position, identity=person.identity)
                for position, person in enumerate(incident.people or (), 1)
            ),
            "left_out": kept.left_out,
            **answered(incident, kept.layers, follows),
        },
        strict=False,
    )


def _raised(flags: Mapping[UUID, Flag]) -> Iterable[RaisedFlag]:
    for flag_id, flag in sorted(flags.items(), key=lambda item: (item[1].code, item[1].detail or "")):
        if flag.state != CORRECTED:
            said = {name: getattr(flag, name) for name in RaisedFlag.model_fields if name != "id"}
            yield RaisedFlag.model_construct(id=flag_id, **said)


def _dated(questions: Iterable[OpenQuestion], conclusion: Conclusion) -> Iterable[OpenQuestion]:
    due = {clock.kind: clock.due_at for clock in conclusion.clocks}
    for question in questions:
        kind = ASKED_BY_CLOCK.get("/" + question.pointer.split("/")[1])
        due_at = due.get(kind) if kind else None
        yield question.model_copy(update={"due_at": due_at}) if due_at else question
