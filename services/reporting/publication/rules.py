"""What a publication must be, and what a certified one becomes in print. Pure: no clock, no I/O.

`table_of` is the one place that makes a public number.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.reporting.publication.designs import designs
from services.reporting.publication.protection.certified import Certified
from services.reporting.publication.protection.shape import Cell
from services.reporting.publication.smallest import smallest_count_of
from services.reporting.rollup.counting import counting_rules
from shared.contracts.fault import Fault
from shared.contracts.published_tables import (
    Publication,
    PublicationRequest,
    PublishedTable,
    TableCell,
    TableDimension,
    TableMark,
    TableMeasure,
    TablePlace,
    TableScope,
)

DISTRICT, AGENCY = "district", "agency"
RACE, PERCEIVED = "race_ethnicity", "perceived"
COUNTED, SUPPRESSED = "counted", "suppressed"
METHOD = (
    "Counts from 1 to {most} are hidden, and with them every number that one of those could be worked out from. For "
    "each hidden number there are two complete tables of whole numbers that agree with everything printed here and "
    "before: one with it as small as the mark allows, and one in which it is at least {most}. This was checked again, "
    "without the program that found them, when the table was published."
)
MARK = "Hidden: this number, or one that could be worked out from it, is from 1 to {most}."


def faults(request: PublicationRequest) -> Iterator[Fault]:
    """Everything about a request that cannot be, though each field is right alone."""
    design = designs().get(request.design)
    if design is None:
        yield Fault("#/design", "invalid-value", f"Name one of: {', '.join(sorted(designs()))}.")
        return
    wanted, other = ("lea_id", "ori") if design.scope == DISTRICT else ("ori", "lea_id")
    if getattr(request, wanted) is None:
        yield Fault(f"#/{wanted}", "required-question-unanswered", f"A table of this design is of one {design.scope}.")
        return
    if getattr(request, other) is not None:
        yield Fault(f"#/{other}", "invalid-value", f"A table of this design is of one {design.scope} alone.")
    least = smallest_count_of(owner_of(request))
    if request.smallest_count < least:
        yield Fault("#/smallest_count", "invalid-value", f"The smallest count here is {least} or more.")


def owner_of(request: PublicationRequest) -> str:
    """The district or the agency whose contacts are counted."""
    return request.lea_id or request.ori or ""


def table_id_of(request: PublicationRequest) -> str:
    """The name of the table in every version."""
    return "-".join((owner_of(request), request.design.replace("_", "-"), request.school_year)).lower()


def table_of(publication: Publication, certified: Certified, data_version: str, at: datetime) -> PublishedTable:
    """The table as it is printed: each number as the certificate covers it, every hidden one under the one mark."""
    design = designs()[publication.design]
    cells = tuple(_cell(design.measure, *one) for one in certified.printed.items())
    most = certified.smallest - 1
    return PublishedTable(
        table_id=publication.table_id,
        table_version=publication.version,
        supersedes=publication.version - 1 or None,
        design=publication.design,
        title=design.title,
        scope=TableScope(lea_id=publication.lea_id, ori=publication.ori),
        school_year=publication.school_year,
        published_at=at,
        counts=design.counts,
        dimensions=tuple(_dimension(name, values) for name, values in certified.shape.dimensions.items()),
        printed=design.printed,
        measures=(TableMeasure(name=design.measure, unit=design.measure),),
        cells=cells,
        mark=TableMark(
            text=MARK.format(most=most),
            n=certified.smallest,
            hidden=sum(cell.value is None for cell in cells),
            of=len(cells),
        ),
        method=METHOD.format(most=most),
        counting_rule=f"{counting_rules().name}, {publication.design}-{design.version}",
        data_version=data_version,
    )


def _cell(measure: str, place: Cell, value: int | None) -> TableCell:
    return TableCell(
        at=tuple(TablePlace(dimension=dimension, value=code) for dimension, code in place),
        measure=measure,
        value=value,
        status=SUPPRESSED if value is None else COUNTED,
    )


def _dimension(name: str, values: Sequence[str]) -> TableDimension:
    return TableDimension(name=name, values=tuple(values), race_owner=PERCEIVED if name == RACE else None)
