"""A whole table into Daylight: read, brought together by record, pushed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from daylight.importing.journal import Journal, Rejection
from daylight.importing.public_api import PublicApi
from daylight.importing.push import WITH_ANOTHER_ROW, Push, push_all
from daylight.importing.table.draft import Draft
from daylight.importing.table.fault import CellFault, Unreadable
from daylight.importing.table.form import INCIDENT, Form
from daylight.importing.table.mapping import TableMapping
from daylight.importing.table.rows import Row, rows
from daylight.importing.table.table import Table

AGENCY = "ori"
OTHER_AGENCY_LEFT = "rows of other agencies' {plural}"
NO_NUMBER = "there is no {number}, by which Daylight would know it again"
STANDS_TWICE = "another row has the same {number}"
SEVERAL_ROWS = "Say `rows: several` if a record may have several rows; else correct the number."


class Key(NamedTuple):
    """What a record is known by: ORI and number, trimmed, and in upper case where their case does not count."""

    ori: str
    number: str


@dataclass(slots=True)
class Content:
    """What a table holds, once all of it was read."""

    drafts: dict[Key, Draft] = field(default_factory=dict)
    of_others: int = 0
    """Rows of other agencies than the one that is wanted."""


def transfer(file: Path, mapping: TableMapping, agency: str | None, api: PublicApi, journal: Journal) -> None:
    """Bring a table in; `agency` is the one ORI whose records are taken, and that of all where no column says it.

    Nothing is sent before the whole file was read: a later row may be of an earlier record. Raises UnreadableFile,
    Unreachable and Refused.
    """
    send = api.push_incidents if mapping.record == INCIDENT else partial(api.push_training, mapping.form.plural)
    push_all(pushes(file, mapping, agency, journal), send, journal)


def pushes(file: Path, mapping: TableMapping, agency: str | None, journal: Journal) -> Iterator[Push]:
    """What a bulk push says of each record of the file that can be read. Raises UnreadableFile."""
    content = _gather(file, mapping, agency, journal)
    form = mapping.form
    journal.tell(f"{file.name}: {len(content.drafts):,} {form.plural} read")
    journal.leave(OTHER_AGENCY_LEFT.format(plural=form.plural), content.of_others)
    for key, draft in content.drafts.items():
        record = f"{key.ori}/{key.number}"
        if draft.faults:
            _reject(draft, record, journal)
        else:
            yield draft.push(record, {"kind": mapping.record} if form.says_kind else {})


def _gather(file: Path, mapping: TableMapping, agency: str | None, journal: Journal) -> Content:
    """Bring together the rows of each record, however far apart they stand. Memory: what is read of each row."""
    table, content, form = Table(_of(agency, mapping)), Content(), mapping.form
    twice = STANDS_TWICE.format(number=form.number_in_words)
    for row in rows(file, mapping, lambda fault: _reject_row(fault, journal)):
        try:
            key = _key(row, table, form)
        except Unreadable as error:
            _reject_row(CellFault(row.number, table.columns(form.number), error.problem, error.fix), journal)
            continue
        if agency is not None and key.ori != agency:
            content.of_others += 1
            continue
        draft = content.drafts.setdefault(key, Draft())
        if draft.rows and mapping.rows == "one":
            draft.faults.append(CellFault(row.number, table.columns(form.number), twice, SEVERAL_ROWS))
        table.read(row, draft)
    return content


def _of(agency: str | None, mapping: TableMapping) -> TableMapping:
    """The mapping, the agency of the command line in it where it names none itself."""
    if agency is None or AGENCY in mapping.fields.keys() | mapping.constants.keys():
        return mapping
    return mapping.model_copy(update={"constants": {**mapping.constants, AGENCY: agency}})


def _key(row: Row, table: Table, form: Form) -> Key:
    ori, number = (str(table.value(field, row) or "").strip() for field in (AGENCY, form.number))
    if not number:
        raise Unreadable(NO_NUMBER.format(number=form.number_in_words), "Fill the cell.")
    return Key(ori.upper(), number if form.case_counts else number.upper())


def _reject(draft: Draft, record: str, journal: Journal) -> None:
    """A line of the receipt for each row: nothing of a record is stored while a row of it cannot be read."""
    first = draft.faults[0].row
    for number in draft.rows:
        found = [fault for fault in draft.faults if fault.row == number]
        columns = "; ".join(fault.column for fault in found)
        problems = "; ".join(fault.problem for fault in found) or WITH_ANOTHER_ROW
        fixes = "; ".join(fault.fix for fault in found) or f"See row {first}."
        journal.reject(Rejection(number, record, columns, problems, fixes))


def _reject_row(fault: CellFault, journal: Journal) -> None:
    journal.reject(Rejection(fault.row, "", fault.column, fault.problem, fault.fix))
