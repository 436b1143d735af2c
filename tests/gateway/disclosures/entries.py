"""Makes entries of a disclosure record, chained as the store chains them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.disclosures.entry import BEFORE_THE_FIRST, Recorded, Salted
from gateway.disclosures.store import Asked
from shared.contracts.disclosures import DisclosureDetails, DisclosureEntry

DISTRICT = "9900001"
BEGAN = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def details(**more: Any) -> DisclosureDetails:
    """What a principal's request for one name says, with whatever differs."""
    said: dict[str, Any] = {
        "ori": "XX0000100",
        "incident_number": "2026-1",
        "record_id": "019ab3f0-0000-7000-8000-000000000001",
        "version": 3,
        "person_numbers": (1,),
        "threat": None,
        "recipients": None,
    }
    return DisclosureDetails(**said | more)


def asked(custodian: str = DISTRICT, number: str = "2026-1", **more: Any) -> Asked:
    """A principal's request for one name, granted, as it is appended."""
    return Asked(
        custodian=custodian,
        client="demo-principal",
        role="school_leader",
        purpose="school_duty",
        basis="99.31(a)(1)(i)(A)",
        record_class="education_record",
        what="identity",
        outcome="granted",
        rule="REVEAL-SCHOOL-OFFICIAL",
        section="34 CFR 99.31(a)(1)(i)(A)",
        request_id="a-request",
        details=details(incident_number=number, **more),
    )


def chain(said: Sequence[DisclosureDetails], custodian: str = DISTRICT) -> list[Recorded]:
    """A chain with an entry for each of these details."""
    recorded: list[Recorded] = []
    for number, one in enumerate(said, 1):
        salted = Salted.fresh(one)
        entry = DisclosureEntry(
            custodian=custodian,
            number=number,
            recorded_at=BEGAN + timedelta(minutes=number),
            client="demo-principal",
            role="school_leader",
            purpose="school_duty",
            basis="99.31(a)(1)(i)(A)",
            record_class="education_record",
            what="identity",
            outcome="granted",
            rule="REVEAL-SCHOOL-OFFICIAL",
            section="34 CFR 99.31(a)(1)(i)(A)",
            request_id=f"request-{number}",
            details_digest=salted.digest,
            previous_hash=recorded[-1].hash if recorded else BEFORE_THE_FIRST,
        )
        recorded.append(Recorded.of(entry, salted))
    return recorded
