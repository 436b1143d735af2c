"""Incidents as the service publishes them, made up for counting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.events import ERASED, RECORDED, VOIDED, Event, RecordState

AGENCY, SCHOOL, OTHER_SCHOOL = "XX0000100", "990000100001", "990000100002"
START = datetime(2026, 10, 5, 8, tzinfo=UTC)
NAMESPACE = UUID("5f6d1c1e-3f0e-4f7e-9d6e-6f1f2a0c8b12")


def incident(number: str = "A", **changes: Any) -> dict[str, Any]:
    """An incident as it is kept: one girl of 14 whom a teacher reported, and nothing done."""
    return {
        "ori": AGENCY,
        "incident_number": number,
        "occurred_at": "2026-10-05T10:12:00-07:00",
        "school_id": SCHOOL,
        "initiated_by": "school_personnel",
        "officers": [{"officer_number": "4471", "role": "primary", "capacity": "sro"}],
        "people": [person(1)],
        "actions": [],
        "conduct": [],
        "charges": [],
        **changes,
    }


def person(number: int, **perceived: Any) -> dict[str, Any]:
    """A subject as the officer perceived her."""
    seen = {"race_ethnicity": ["black"], "sex": "female", "age": 14, "disability": "no", "english_learner": "yes"}
    return {"person_number": number, "involvement": ["subject"], "perceived": seen | perceived}


def conclusion(number: str, classification: str) -> dict[str, Any]:
    """What was concluded of an incident."""
    return {
        "ori": AGENCY,
        "incident_number": number,
        "classification": {"value": classification},
        "rules_version": "made-up",
    }


@dataclass
class Log:
    """A service's events, numbered as they are made."""

    events: list[Event] = field(default_factory=list)
    versions: dict[tuple[str, str, int], int] = field(default_factory=dict)
    lives: dict[str, int] = field(default_factory=dict)

    def put(self, kind: str, number: str, document: Mapping[str, Any] | None) -> Event:
        """The record as it now stands; None: it is void."""
        life = self.lives.get(number, 0)
        version = self.versions[kind, number, life] = self.versions.get((kind, number, life), 0) + 1
        state = RecordState(
            id=uuid5(NAMESPACE, f"{kind} {number} {life}"),
            key=f"{AGENCY}/{number}",
            owner=AGENCY,
            version=version,
            schema_version=1,
            document=None if document is None else dict(document),
        )
        return self._say(kind, VOIDED if document is None else RECORDED, state)

    def erase(self, number: str) -> list[Event]:
        """What an order of a court makes of an incident and its conclusion; the number may then come again."""
        life = self.lives.get(number, 0)
        self.lives[number] = life + 1
        gone = []
        for kind in ("incident", "conclusion"):
            if version := self.versions.get((kind, number, life)):
                name = uuid5(NAMESPACE, f"{kind} {number} {life}")
                state = RecordState(id=name, key="", owner="", version=version + 1, schema_version=1)
                gone.append(self._say(kind, ERASED, state))
        return gone

    def _say(self, kind: str, change: str, state: RecordState) -> Event:
        sequence = len(self.events) + 1
        event = Event(
            specversion="1.0",
            id=uuid5(NAMESPACE, f"event {sequence}"),
            source="/services/incidents",
            type=f"daylight.incidents.{kind}.{change}",
            subject=str(state.id),
            time=START + timedelta(minutes=sequence),
            datacontenttype="application/json",
            sequence=str(sequence),
            position=f"1.{sequence}.{sequence}",
            data=state,
        )
        self.events.append(event)
        return event
