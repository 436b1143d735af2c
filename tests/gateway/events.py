"""Events as the services publish them, made up for tests: every person, school and agency in them is invented."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.events import RECORDED, VOIDED, Event, RecordState

AGENCY, OTHER_AGENCY = "XX0000100", "XX0000200"
DISTRICT, OTHER_DISTRICT = "9900001", "9900002"
SCHOOL, SECOND_SCHOOL, OTHER_SCHOOL = "990000100001", "990000100002", "990000200001"
START = datetime(2026, 10, 5, 8, tzinfo=UTC)
DIRECTORY = ("agency", "district", "school", "partnership")
NAMESPACE = UUID("2f6d1c1e-3f0e-4f7e-9d6e-6f1f2a0c8b11")


def incident(
    number: str = "2026-1", *, ori: str = AGENCY, school: str | None = SCHOOL, **changes: Any
) -> dict[str, Any]:
    """A whole incident as the service keeps it, without a name in it."""
    return {
        "ori": ori,
        "incident_number": number,
        "occurred_at": "2026-10-05T10:12:00-07:00",
        "school_id": school,
        "initiated_by": "school_personnel",
        "officers": [{"officer_number": "4471", "ori": None, "role": "primary", "capacity": "sro"}],
        "people": [
            {
                "person_number": 1,
                "involvement": ["subject"],
                "is_enrolled": "yes",
                "perceived": {"race_ethnicity": ["unknown"], "sex": "male", "age": 14, "disability": "unknown"},
                "identity": "given",
                "sealed_digest": "c2VhbGVk",
            }
        ],
        "actions": [{"action_number": 1, "type": "detention", "person_number": 1, "in_public_view": "no"}],
        "outcomes": [{"type": "returned_to_school", "person_number": 1}],
        "body_worn_camera": {"recorded": "yes", "reference": "CAM-77"},
        "source_system": "made-up",
        "narrative": "given",
        "sealed_digest": "c2VhbGVk",
        **changes,
    }


def flag(code: str, number: str = "2026-1", *, ori: str = AGENCY, **changes: Any) -> dict[str, Any]:
    """A flag as the service keeps it, shown to officers, the agency and the school."""
    return {
        "ori": ori,
        "incident_number": number,
        "code": code,
        "severity": "M",
        "principle": code.partition("-")[0],
        "explanation": "Made up for a test.",
        "inputs": ["/conduct"],
        "rule_version": 1,
        "seen_by": ["officer", "agency", "school"],
        "state": "open",
        "raised_at": "2026-10-05T17:30:00Z",
        **changes,
    }


def clock(kind: str, number: str = "2026-1", *, ori: str = AGENCY, **changes: Any) -> dict[str, Any]:
    """A clock as the service keeps it: of the agency's side, from 5 October 2026, to its last day."""
    return {
        "kind": kind,
        "detail": "agency",
        "subject": f"{ori}/{number}",
        "started_at": "2026-10-05T10:30:00-07:00",
        "due_on": "2026-10-19",
        "basis": "local",
        "source": "P7; a local setting",
        **changes,
    }


def conclusion(number: str = "2026-1", *, ori: str = AGENCY, **changes: Any) -> dict[str, Any]:
    """What was concluded of an incident, as the service keeps it."""
    return {
        "ori": ori,
        "incident_number": number,
        "classification": {"value": "school_discipline", "inputs": ["/conduct"]},
        "undetermined": [
            {"code": "P4-PUBLIC-VIEW", "missing": ["/actions/1/in_public_view"], "seen_by": ["agency", "school"]},
            {"code": "P4-DURATION-UNKNOWN", "missing": ["/status"], "seen_by": ["officer", "agency"]},
        ],
        "restraint_minutes": [{"action_number": 1, "minutes": 12.5}],
        "documentation": [{"action_number": 1, "answered": 1, "required": 3}],
        "agreement": [{"question": "911", "agreement": "one_missing"}],
        "clocks": [clock("P3-JUDGEMENT", number, ori=ori), clock("P7-REVIEW-BOTH", number, ori=ori)],
        "rules_version": "made-up",
        **changes,
    }


@dataclass
class Services:
    """Numbers versions and events as the services do."""

    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    copies: set[tuple[str, str, str]] = field(default_factory=set)
    count: int = 0

    def record(self, kind: str, key: str, owner: str, document: dict[str, Any] | None, **changes: Any) -> Event:
        """The event of a new version of a record; a document of None voids it."""
        version = self.versions[kind, key] = self.versions.get((kind, key), 0) + 1
        self.count += 1
        record_id = uuid5(NAMESPACE, f"{kind} {key}")
        service = "reporting" if kind in DIRECTORY else "incidents"
        return Event(
            specversion="1.0",
            id=uuid5(NAMESPACE, f"event {self.count}"),
            source=f"/services/{service}",
            type=f"daylight.{service}.{kind}.{VOIDED if document is None else RECORDED}",
            subject=str(record_id),
            time=START + timedelta(seconds=self.count),
            datacontenttype="application/json",
            sequence=str(self.count),
            position=f"1.{self.count}.{self.count}",
            data=RecordState(
                id=record_id,
                key=key,
                owner=owner,
                version=version,
                schema_version=changes.get("schema_version", 1),
                document=document,
            ),
        )

    def incident(
        self, number: str = "2026-1", *, ori: str = AGENCY, school: str | None = SCHOOL, **changes: Any
    ) -> Event:
        """An incident as it now stands."""
        document = incident(number, ori=ori, school=school, **changes)
        return self.record("incident", f"{ori}/{number}", ori, document)

    def void_incident(self, number: str = "2026-1", *, ori: str = AGENCY) -> Event:
        """The tombstone of an incident."""
        return self.record("incident", f"{ori}/{number}", ori, None)

    def accepted(
        self, number: str = "2026-1", *, ori: str = AGENCY, school: str | None = SCHOOL, **changes: Any
    ) -> list[Event]:
        """An incident as it now stands, and the copies of its district and of the one that it was at before."""
        document = incident(number, ori=ori, school=school, **changes)
        lea_id = None if school is None else school[:7]
        events = [self.record("incident", f"{ori}/{number}", ori, document)]
        events += [self._withdrawn(number, ori, other) for other in self._delivered(number, ori) if other != lea_id]
        if lea_id is not None:
            events.append(self.delivery(document))
        return events

    def voided(self, number: str = "2026-1", *, ori: str = AGENCY) -> list[Event]:
        """The tombstones of an incident and of its copies."""
        copies = [self._withdrawn(number, ori, lea_id) for lea_id in self._delivered(number, ori)]
        return [self.void_incident(number, ori=ori), *copies]

    def delivery(self, document: dict[str, Any]) -> Event:
        """The district's copy of an incident."""
        number, ori, school = document["incident_number"], document["ori"], document["school_id"]
        lea_id = school[:7]
        self.copies.add((number, ori, lea_id))
        copy = {
            "lea_id": lea_id,
            "school_id": school,
            "incident_version": self.versions["incident", f"{ori}/{number}"],
            "delivered_at": "2026-10-05T17:30:00Z",
            "incident": {**document, "body_worn_camera": {"recorded": "yes", "reference": None}, "sealed_digest": None},
        }
        return self.record("delivery", f"{ori}/{number}/{lea_id}", lea_id, copy)

    def _delivered(self, number: str, ori: str) -> list[str]:
        return sorted(lea_id for one, agency, lea_id in self.copies if (one, agency) == (number, ori))

    def _withdrawn(self, number: str, ori: str, lea_id: str) -> Event:
        self.copies.discard((number, ori, lea_id))
        return self.record("delivery", f"{ori}/{number}/{lea_id}", lea_id, None)

    def flag(self, code: str = "P3-DISCIPLINE", number: str = "2026-1", *, ori: str = AGENCY, **changes: Any) -> Event:
        """A flag of an incident as it now stands."""
        return self.record("flag", f"{ori}/{number}/{code}", ori, flag(code, number, ori=ori, **changes))

    def void_flag(self, code: str = "P3-DISCIPLINE", number: str = "2026-1", *, ori: str = AGENCY) -> Event:
        """The tombstone of a flag."""
        return self.record("flag", f"{ori}/{number}/{code}", ori, None)

    def judgement(self, side: str = "agency", number: str = "2026-1", *, ori: str = AGENCY, **changes: Any) -> Event:
        """A side's judgement as it now stands."""
        document = {
            "ori": ori,
            "incident_number": number,
            "side": side,
            "actor_role": "supervisor",
            "would_require_911": "no",
            "decided_at": "2026-10-06T09:00:00-07:00",
            **changes,
        }
        return self.record("judgement", f"{ori}/{number}/{side}", ori, document)

    def conclusion(self, number: str = "2026-1", *, ori: str = AGENCY, **changes: Any) -> Event:
        """What was concluded of an incident, as it now stands."""
        return self.record("conclusion", f"{ori}/{number}", ori, conclusion(number, ori=ori, **changes))

    def void_conclusion(self, number: str = "2026-1", *, ori: str = AGENCY) -> Event:
        """The tombstone of a conclusion."""
        return self.record("conclusion", f"{ori}/{number}", ori, None)

    def match(self, student: str | None, person: int = 1, number: str = "2026-1", *, lea_id: str = DISTRICT) -> Event:
        """What a district says of a person: the digest of a student, or None for nobody of its own."""
        document = {
            "ori": AGENCY,
            "incident_number": number,
            "lea_id": lea_id,
            "person_number": person,
            "finding": "student" if student else "not_a_student",
            "how": "name_and_birth_date",
            "student": student,
        }
        return self.record("match", f"{AGENCY}/{number}/{lea_id}/{person}", lea_id, document)

    def void_match(self, person: int = 1, number: str = "2026-1", *, lea_id: str = DISTRICT) -> Event:
        """The tombstone of what a district said."""
        return self.record("match", f"{AGENCY}/{number}/{lea_id}/{person}", lea_id, None)

    def school(self, school: str = SCHOOL, name: str = "Made-up School") -> Event:
        """A school as it now stands in the directory."""
        document = {"name": name, "school_id": school, "lea_id": school[:7]}
        return self.record("school", school, "public", document)

    def void_school(self, school: str = SCHOOL) -> Event:
        """The tombstone of a school."""
        return self.record("school", school, "public", None)

    def district(self, lea_id: str = DISTRICT) -> Event:
        """A district as it now stands in the directory."""
        return self.record("district", lea_id, "public", {"name": "Made-up District", "lea_id": lea_id})

    def agency(self, ori: str = AGENCY) -> Event:
        """An agency as it now stands in the directory."""
        document = {"name": "Made-up Police Department", "agency_kind": "city", "ori": ori}
        return self.record("agency", ori, "public", document)
