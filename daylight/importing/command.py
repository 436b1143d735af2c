"""`daylight import`: one file, one mapping, one client."""

import sys
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from daylight.importing.crdc import figures, schools
from daylight.importing.crdc.mapping import FiguresMapping, SchoolsMapping
from daylight.importing.files import UnreadableFile
from daylight.importing.journal import Journal
from daylight.importing.mapping import NibrsMapping, load
from daylight.importing.nibrs import transfer as nibrs
from daylight.importing.public_api import PublicApi, Refused, Unreachable
from daylight.importing.stack import StackAddress
from daylight.importing.table import transfer as table
from daylight.importing.table.mapping import TableMapping
from daylight.importing.written import UnusableMapping

DONE, SOME_REJECTED, NOT_DONE = 0, 1, 2
NO_TIME_ZONE = "A NIBRS file names no time zone: say the agency's with --time-zone, as in America/Chicago."
NO_AGENCY = "A file of the CRDC is of no agency: leave --agency out."


@dataclass(frozen=True, slots=True)
class Order:
    """What to import: the arguments of `daylight import`."""

    file: Path
    mapping: str
    client: str = "demo-rms"
    agency: str | None = None
    """The one ORI whose incidents are taken, those of others left; None: every agency of the file."""
    time_zone: str | None = None
    """IANA name; None: the mapping's."""
    dry_run: bool = False


def run(
    file: Path,
    mapping: str,
    *,
    client: str = "demo-rms",
    agency: str | None = None,
    time_zone: str | None = None,
    dry_run: bool = False,
    stack: StackAddress,
    receipt: Path | None = None,
) -> int:
    """Import a file, print what became of it, and return the exit code.

    0: every row was stored, or left for a reason that is printed. 1: some rows were rejected; the receipt has a line
    for each. 2: it could not be carried out, or not to its end; run again, nothing doubles. The receipt is
    `receipt`, else the file's name with `.receipt.csv` in the current folder.
    """
    receipt = receipt or Path(f"{file.name}.receipt.csv")
    order = Order(file, mapping, client, agency and agency.strip().upper(), time_zone, dry_run)
    try:
        with Journal(receipt) as journal:
            try:
                bring_in(order, stack, journal)
            finally:
                print(*journal.tally.lines(), sep="\n")
    except (UnreadableFile, UnusableMapping, Unreachable, Refused, OSError) as error:
        print(f"The import did not come to its end: {error}", file=sys.stderr)
        return NOT_DONE
    if journal.tally.rejected:
        print(f"{receipt}: one line for each rejected row")
        return SOME_REJECTED
    return DONE


def bring_in(order: Order, stack: StackAddress, journal: Journal) -> None:
    """Carry an order out, what became of each row going to the journal.

    Raises UnreadableFile, UnusableMapping, Unreachable and Refused.
    """
    mapping = load(order.mapping, time_zone=order.time_zone)
    if isinstance(mapping, TableMapping) and mapping.only_dry_run and not order.dry_run:
        raise UnusableMapping(f"{order.mapping} is for --dry-run alone: {mapping.only_dry_run}")
    with PublicApi(stack, order.client, dry_run=order.dry_run) as api:
        match mapping:
            case NibrsMapping(time_zone=None):
                raise UnusableMapping(NO_TIME_ZONE)
            case NibrsMapping(time_zone=str(zone)):
                nibrs.transfer(order.file, mapping, ZoneInfo(zone), order.agency, api, journal)
            case TableMapping():
                table.transfer(order.file, mapping, order.agency, api, journal)
            case SchoolsMapping() if order.agency is None:
                schools.transfer(order.file, mapping, api, journal)
            case FiguresMapping() if order.agency is None:
                figures.transfer(order.file, mapping, api, journal)
            case SchoolsMapping() | FiguresMapping():
                raise UnusableMapping(NO_AGENCY)
