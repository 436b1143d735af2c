"""One incident as NIBRS tells it to one incident report: what NIBRS cannot say is unknown, never a guess."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from daylight.importing.mapping import NibrsMapping
from daylight.importing.nibrs.segment import ARRESTEE, OFFENDER
from daylight.importing.nibrs.unit import Administrative, Arrestee, Described, Offender, Offense, Unit, Victim

ARRESTEES_FROM = 100
VICTIMS_FROM = 1000
"""NIBRS numbers offenders 1 to 99, arrestees 1 to 99 and victims 1 to 999, each kind apart; a record numbers its
people in one row. So arrestees are 101 to 199 and victims 1001 to 1999, the same in every re-send."""
NOBODY_KNOWN = 0
ARREST = "arrest"


def report(unit: Unit, administrative: Administrative, mapping: NibrsMapping, zone: ZoneInfo) -> dict[str, Any]:
    """The line of a bulk push that puts this incident: an IncidentReport with its key, its numbers in order.

    Keys left out say nothing: unknown, as the contract has it. The same report gives the same line, in whatever
    order the file's segments stand.
    """
    offenses = unit.of(Offense)
    places = [offense.location for offense in offenses]
    people = list(_people(unit, mapping))
    arrests = list(_arrests(unit, mapping))
    return {
        "op": "put",
        "ori": unit.key.ori,
        "incident_number": unit.key.number,
        **_when(administrative, zone),
        "contact_type": "incident",
        "school_id": None,
        "on_school_grounds": "yes" if set(places) & set(mapping.school_grounds) else "unknown",
        "nibrs_location": next(place for place in mapping.school_locations if place in places),
        "initiated_by": "unknown",
        "conduct": [_conduct(offense, unit) for offense in offenses],
        "officers": [{"officer_number": "unknown", "capacity": mapping.officer_capacity}],
        "people": people or None,
        "actions": [action for action, _ in arrests] or None,
        "outcomes": [outcome for _, outcome in arrests] or None,
        "other_numbers": _numbers_of_citations(unit, mapping) or None,
        "source_system": mapping.source_system,
    }


def void(unit: Unit, reason_code: str) -> dict[str, Any]:
    """The line of a bulk push that voids this incident."""
    return {"op": "void", "ori": unit.key.ori, "incident_number": unit.key.number, "reason_code": reason_code}


def _when(administrative: Administrative, zone: ZoneInfo) -> dict[str, str]:
    """The hour is the agency's local one. Without it, or with the day of the report alone, only a day is known."""
    hour = administrative.incident_hour
    by_the_hour = hour is not None and administrative.report_date_only is None
    at = datetime.combine(administrative.incident_date, time(hour or 0) if by_the_hour else time(), zone)
    return {"occurred_at": at.isoformat(), "occurred_precision": "hour" if by_the_hour else "day"}


def _conduct(offense: Offense, unit: Unit) -> dict[str, Any]:
    """NIBRS counts every offence of an incident as every offender's, since they act in concert.

    The number is the code read in base 36: NIBRS knows an offence by its code alone, and so it stays the same
    when another offence is added.
    """
    offenders = [] if OFFENDER in unit.malformed else _known_offenders(unit)
    return {
        "conduct_number": int(offense.offense, 36),
        "scheme": "nibrs",
        "code": offense.offense,
        "person_numbers": [offender.offender_number for offender in offenders] or None,
    }


def _people(unit: Unit, mapping: NibrsMapping) -> Iterator[dict[str, Any]]:
    same = _arrested_offender(unit)
    for offender in _known_offenders(unit):
        described = _perceived(mapping, *same) if same else _perceived(mapping, offender)
        yield {"person_number": offender.offender_number, "involvement": ["subject"], "perceived": described}
    for arrestee in () if same else unit.of(Arrestee):
        number = ARRESTEES_FROM + arrestee.arrestee_number
        yield {"person_number": number, "involvement": ["subject"], "perceived": _perceived(mapping, arrestee)}
    for victim in unit.of(Victim):
        if victim.victim_type in mapping.victim_types:
            yield {
                "person_number": VICTIMS_FROM + victim.victim_number,
                "involvement": ["victim"],
                "is_enrolled": "no" if victim.victim_type in mapping.officer_victim_types else "unknown",
                "perceived": _perceived(mapping, victim),
            }


def _arrests(unit: Unit, mapping: NibrsMapping) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    same = _arrested_offender(unit)
    for arrestee in unit.of(Arrestee):
        number = same[1].offender_number if same else ARRESTEES_FROM + arrestee.arrestee_number
        arrest = mapping.arrest_type[arrestee.arrest_type]
        disposition = arrestee.juvenile_disposition
        action = {
            "action_number": arrestee.arrestee_number,
            "type": arrest.action,
            "person_number": number,
            "arrest_number": arrestee.arrest_number if arrest.action == ARREST else None,
            "juvenile_disposition": disposition and mapping.juvenile_disposition[disposition],
        }
        yield action, {"type": arrest.outcome, "person_number": number}


def _numbers_of_citations(unit: Unit, mapping: NibrsMapping) -> list[dict[str, str]]:
    """NIBRS numbers citations as it numbers arrests; in a record an arrest alone has an arrest number."""
    cited = [person for person in unit.of(Arrestee) if mapping.arrest_type[person.arrest_type].action != ARREST]
    return [{"kind": "citation", "number": person.arrest_number} for person in cited]


def _known_offenders(unit: Unit) -> list[Offender]:
    return [offender for offender in unit.of(Offender) if offender.offender_number != NOBODY_KNOWN]


def _arrested_offender(unit: Unit) -> tuple[Arrestee, Offender] | None:
    """The one arrestee and the one offender, where there is exactly one of each and none that could not be read."""
    offenders, arrestees = unit.of(Offender), unit.of(Arrestee)
    if len(offenders) != 1 or len(arrestees) != 1 or offenders[0].offender_number == NOBODY_KNOWN:
        return None
    return None if {OFFENDER, ARRESTEE} & unit.malformed.keys() else (arrestees[0], offenders[0])


def _perceived(mapping: NibrsMapping, *descriptions: Described) -> dict[str, Any]:
    """One person as the records system describes them; of several descriptions the first that knows a fact."""
    race = _first(mapping.race, [person.race for person in descriptions])
    ethnicity = _first(mapping.ethnicity, [person.ethnicity for person in descriptions])
    return {
        "race_ethnicity": [code for code in (ethnicity, race) if code] or None,
        "sex": _first(mapping.sex, [person.sex for person in descriptions]) or "unknown",
        "age": next((person.age for person in descriptions if person.age is not None), None),
        "basis": "records_system",
    }


def _first(meanings: Mapping[str, str], codes: list[str | None]) -> str | None:
    return next((meanings[code] for code in codes if code and code in meanings), None)
