"""Published tables: the numbers that everybody may have, each version frozen (P1.9, P7.19, X.15).

Every number here went through the protection of `services.reporting.publication`: a hidden one is null, with one mark
for all of them, and can be worked out from nothing that was ever printed.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.codes import CodeOf
from shared.contracts.contract import (
    Contract,
    Count,
    Few,
    Identifier,
    Label,
    LeaId,
    Many,
    Ori,
    SchoolYear,
    Time,
    labelled,
)

FACT = Label.FACT

TABLE_ID_LENGTH = 100
TableId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$")]
"""The name of a table in every version: its scope, design and year."""
Design = Annotated[str, CodeOf("publication_design")]
Cells = Annotated[tuple["TableCell", ...], Field(max_length=20_000)]
LEAST_SMALLEST_COUNT = 3


class PublicationRequest(Contract):
    """Which table is to be published. Its design says whether it is of a district or of an agency."""

    design: Design = labelled(FACT, "What the table counts, and by which dimensions.")
    lea_id: LeaId | None = labelled(FACT, "District, for a table of a district.", None)
    ori: Ori | None = labelled(FACT, "Agency, for a table of an agency.", None)
    school_year: SchoolYear = labelled(FACT, "School year, as `2026-27`.")
    smallest_count: Count = labelled(
        FACT, "The smallest count but 0 that is printed; it is at least the rule of the state.", 10
    )


class Publication(PublicationRequest):
    """A table on its way: draft, certified, published."""

    id: UUID = labelled(FACT, "Id of this publication.")
    table_id: TableId = labelled(FACT, "The table that it becomes a version of.")
    version: Count = labelled(FACT, "The version that it becomes.")
    state: Annotated[str, CodeOf("publication_state")] = labelled(FACT, "How far it is.")
    hidden: Count | None = labelled(FACT, "Hidden cells; null before it is certified.", None)
    of: Count | None = labelled(FACT, "Cells of the table; null before it is certified.", None)


class PublicationList(Contract):
    """Publications of a district or an agency, the newest first."""

    publications: tuple[Publication, ...] = labelled(FACT, "Publications.")


class TableScope(Contract):
    """Whose contacts a table counts."""

    lea_id: LeaId | None = labelled(FACT, "District.", None)
    ori: Ori | None = labelled(FACT, "Agency.", None)


class TableDimension(Contract):
    """What a table is divided by: each unit has exactly one of its values, so that a total is a sum."""

    name: Identifier = labelled(FACT, "Dimension.")
    values: Annotated[tuple[str, ...], Many] = labelled(FACT, "Codes, `unknown` among them.")
    race_owner: Annotated[str, CodeOf("race_owner")] | None = labelled(
        FACT, "Whose race and ethnicity it is: two lists of it are never mixed. Null for other dimensions.", None
    )


class TableMeasure(Contract):
    """What a table counts."""

    name: Identifier = labelled(FACT, "Measure.")
    unit: Annotated[str, CodeOf("summary_unit")] = labelled(FACT, "What one of them is.")
    denominator: str | None = labelled(FACT, "What a rate is of; null for a count.", None)


class TablePlace(Contract):
    """One dimension of a cell."""

    dimension: Identifier = labelled(FACT, "Dimension.")
    value: str = labelled(FACT, "Its value.")


class TableCell(Contract):
    """One cell; a dimension that it does not name is summed over."""

    at: Annotated[tuple[TablePlace, ...], Few] = labelled(FACT, "Where it stands.", ())
    measure: Identifier = labelled(FACT, "What is counted.")
    value: Count | None = labelled(FACT, "How many; null: hidden.", None)
    status: Annotated[str, CodeOf("number_status")] = labelled(FACT, "What the number is.")


class TableMark(Contract):
    """The one mark of every hidden cell, and how many there are."""

    text: str = labelled(FACT, "What it means, in a sentence.")
    n: Count = labelled(FACT, "The smallest count but 0 that is printed.")
    hidden: Count = labelled(FACT, "Hidden cells.")
    of: Count = labelled(FACT, "All cells.")


class PublishedTableKey(Contract):
    """What names one version of a table."""

    id: TableId = labelled(FACT, "Table.")
    version: Count = labelled(FACT, "Version, from 1.")


class PublishedTable(Contract):
    """One version of a table, as it was frozen."""

    table_id: TableId = labelled(FACT, "Table.")
    table_version: Count = labelled(FACT, "Version of the table, from 1.")
    supersedes: Count | None = labelled(FACT, "The version before; null: this is the first.", None)
    design: Design = labelled(FACT, "What the table counts, and by which dimensions.")
    title: str = labelled(FACT, "Title in English.")
    scope: TableScope = labelled(FACT, "Whose contacts.")
    school_year: SchoolYear = labelled(FACT, "School year.")
    published_at: Time = labelled(FACT, "When it was frozen.")
    counts: Annotated[str, CodeOf("publication_counts")] = labelled(FACT, "incidents, actions or students.")
    dimensions: Annotated[tuple[TableDimension, ...], Few] = labelled(FACT, "What it is divided by.")
    printed: Annotated[tuple[tuple[str, ...], ...], Few] = labelled(
        FACT, "The sets of dimensions that are crossed, in the order in which a reader meets them."
    )
    measures: Annotated[tuple[TableMeasure, ...], Few] = labelled(FACT, "What is counted.")
    cells: Cells = labelled(FACT, "The numbers.")
    mark: TableMark = labelled(FACT, "What a hidden cell means.")
    method: str = labelled(FACT, "How it was protected and checked, in plain words.")
    counting_rule: str = labelled(FACT, "Rule that it was counted by, with its version.")
    data_version: str = labelled(FACT, "How far the counts are in the incidents' log.")
