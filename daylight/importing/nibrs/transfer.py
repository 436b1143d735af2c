"""A whole flat file into Daylight: read, compared with what is stored, pushed."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daylight.importing.files import opened
from daylight.importing.journal import Journal, Rejection
from daylight.importing.mapping import NibrsMapping
from daylight.importing.nibrs.layout import layout
from daylight.importing.nibrs.report import report, void
from daylight.importing.nibrs.segment import Key, Malformed, segments
from daylight.importing.nibrs.unit import Content, Unit, gather
from daylight.importing.nibrs.verdict import Fate, judge
from daylight.importing.public_api import PublicApi, Refused
from daylight.importing.push import Push, push_all

GROUP_B_LEFT = "Group B arrest reports: they have no location"
OTHER_LINES_LEFT = "lines that are no incidents: zero reports and segments of a state's own"
OTHER_SYSTEM_LEFT = "incidents that another system of the agency sent, and that NIBRS would tell less of"
OTHER_AGENCY_LEFT = "incidents of other agencies"


def transfer(
    file: Path, mapping: NibrsMapping, zone: ZoneInfo, agency: str | None, api: PublicApi, journal: Journal
) -> None:
    """Bring a flat file in; `agency` is the one ORI whose incidents are taken, None every agency of the file.

    Nothing is sent before the whole file was read: a later line may undo an earlier one. Raises UnreadableFile,
    Unreachable and Refused.
    """
    with opened(file) as lines:
        content = gather(segments(lines), lambda line: _reject_line(line, journal))
    journal.tell(f"{file.name}: {len(content.units):,} incidents read")
    journal.leave(GROUP_B_LEFT, content.group_b)
    journal.leave(OTHER_LINES_LEFT, content.other_lines)
    units = _of_agency(content, agency, journal)
    push_all(_pushes(units, mapping, zone, api, journal), api.push_incidents, journal)


def _of_agency(content: Content, agency: str | None, journal: Journal) -> list[Unit]:
    wanted = [unit for unit in content.units.values() if agency in (None, unit.key.ori)]
    journal.leave(OTHER_AGENCY_LEFT, len(content.units) - len(wanted))
    return wanted


def _pushes(
    units: Iterable[Unit], mapping: NibrsMapping, zone: ZoneInfo, api: PublicApi, journal: Journal
) -> Iterator[Push]:
    stored = _stored(units, api)
    for unit in units:
        name, held = _name(unit.key), unit.key in stored
        verdict = judge(unit, stored=held, school_locations=mapping.school_locations)
        if verdict.fate is Fate.LEAVE:
            journal.leave(verdict.reason)
        elif verdict.fate is Fate.REJECT:
            journal.reject(Rejection(unit.line, name, "incident", verdict.reason, verdict.fix))
        elif held and _source_system(unit.key, api) != mapping.source_system:
            journal.leave(OTHER_SYSTEM_LEFT)
        elif verdict.fate is Fate.TAKE and unit.administrative is not None:
            yield Push(unit.line, name, report(unit, unit.administrative, mapping, zone))
        else:
            yield Push(unit.line, name, void(unit, verdict.void_reason))


def _stored(units: Iterable[Unit], api: PublicApi) -> set[Key]:
    """Which reports of the file Daylight holds: only of these a later word can change or void anything."""
    keys = {unit.key for unit in units}
    held = ((ori, row) for ori in sorted({key.ori for key in keys}) for row in _inventory(ori, api))
    return keys & {Key(ori, row["incident_number"]) for ori, row in held if row["result"] != "voided"}


def _inventory(ori: str, api: PublicApi) -> Iterator[Mapping[str, Any]]:
    try:
        yield from api.inventory(ori)
    except Refused as refused:
        raise Refused(
            f"{refused} If {ori} is not this client's, take one agency of the file with --agency."
        ) from refused


def _source_system(key: Key, api: PublicApi) -> str:
    """Which system told Daylight of it. NIBRS says so little that it must not replace what another one told."""
    return str(api.incident(key.ori, key.number)["source_system"])


def _reject_line(line: Malformed, journal: Journal) -> None:
    segment = layout().segments.get(line.level)
    where = f"{segment.name}: " if segment else ""
    fields = "; ".join(fault.field for fault in line.faults)
    problems = "; ".join(fault.problem for fault in line.faults)
    fixes = "; ".join(fault.fix for fault in line.faults)
    journal.reject(Rejection(line.line, _name(line.key), fields, where + problems, fixes))


def _name(key: Key | None) -> str:
    return f"{key.ori}/{key.number}" if key else ""
