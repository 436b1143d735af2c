"""What of a whole report is told, once it may be. Pure."""

from collections.abc import Mapping
from typing import Any

import orjson

from shared.contracts.reveals import RevealCall, Revealed

TEXTS = ("basis", "at_school_factors", "probable_cause_factors")


def revealed(report: Mapping[str, Any], call: RevealCall, *, version: int, documentation_delivered: bool) -> Revealed:
    """What is told of a report with its names and texts in place, and of whom that tells.

    A text tells of everybody in the record. A district has the documentation once that was delivered to it (P4).
    """
    people = {person["person_number"]: person.get("identity") for person in report.get("people") or ()}
    if call.what == "identity":
        asked = [number for number in dict.fromkeys(call.person_numbers) if number in people]
        told: dict[str, Any] = {
            "person_numbers": asked,
            "identities": [{"person_number": number, "identity": people[number]} for number in asked],
        }
    elif call.what == "narrative":
        told = {"person_numbers": list(people), "narrative": report.get("narrative")}
    else:
        documented = report.get("detention_documentation") or () if documentation_delivered else ()
        told = {"person_numbers": list(people), "documentation": [_texts(one) for one in documented]}
    return Revealed.model_validate_json(orjson.dumps({"version": version} | told))


def _texts(documented: Mapping[str, Any]) -> dict[str, Any]:
    return {name: documented.get(name) for name in ("documentation_number", *TEXTS)}
