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


@dataclass
class Services:
    """Numbers versions and events as the services do."""

    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    count: int = 0

    def record(self, kind: str, key: str, owner: str, document: dict[str, Any] | None, **changes: Any) -> Event:
        """The event of a new version of a record; a document of None voids it."""
        version = self.versions[kind, key] = self.versions.get((kind, key), 0) + 1
        self.count += 1
        record_id = uuid5(NAMESPACE, f"{kind} {key}")
        service = "incidents" if kind == "incident" else "reporting"
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
