"""What a mapping of a table says: which column is which field, and what its cells mean."""

import codecs
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints

from daylight.importing.table.form import FORMS, INCIDENT, Form, RecordName
from shared.contracts.contract import Contract
from shared.contracts.zone import TimeZone

OneOrSeveral = Annotated[
    tuple[str, ...], BeforeValidator(lambda said: tuple([said] if isinstance(said, str) else said))
]
"""A text alone stands for a list of one."""
# Each scalar of a mapping file is a text, so that nothing is converted; a list stands for a tuple.
TEXTS = ConfigDict(strict=False)
Separator = Annotated[str, StringConstraints(min_length=1)]


def _encoding(name: str) -> str:
    try:
        "a text".encode(name)
        return codecs.lookup(name).name
    except (LookupError, UnicodeError) as error:
        raise ValueError("there is no such encoding; utf-8 and windows-1252 are two") from error


class Column(Contract):
    """Where a field's value comes from and how it is read. In the file, a text alone is the column's name."""

    model_config = TEXTS

    column: OneOrSeveral
    """Several columns are read as one: a date and its time."""
    joined_by: str = " "
    """What stands between several columns that are read as one."""
    split: Separator | None = None
    """What stands between several values of a cell."""
    codes: dict[str, str | None] | None = None
    """What each cell means, in the contract's words; null: it says nothing."""
    unmapped: Literal["reject", "keep", "unknown"] = "reject"
    """What becomes of a cell that is not in `codes`."""
    unknown: OneOrSeveral = ()
    """Cells that mean "not known" in this column, beside those of the whole file."""
    none: OneOrSeveral = ()
    """Cells that mean "known to be none": an empty list."""
    format: OneOrSeveral = ()
    """Forms of a day or time, as `strptime` reads them; the first that fits counts."""


def _column(said: Any) -> Any:
    return {"column": said} if isinstance(said, str | list) else said


Source = Annotated[Column, BeforeValidator(_column)]
Constant = str | None | tuple[str, ...]


def _constant(said: Any) -> Constant:
    if said is None or isinstance(said, str):
        return said
    if isinstance(said, list) and all(isinstance(one, str) for one in said):
        return tuple(said)
    raise ValueError("a constant is a text, a list of texts, or null; elements are said below `elements`")


Constants = dict[str, Annotated[Constant, PlainValidator(_constant)]]


class Elements(Contract):
    """Elements of a list: one for each row that says anything of them, or for each value of one cell."""

    model_config = TEXTS

    for_each: Source | None = None
    """The column of which each value makes an element; its fields then see that one value under this column."""
    repeated: Literal["each", "once"] = "each"
    """Whether a value that stands twice in that cell makes two elements or one."""
    fields: dict[str, Source] = Field({})
    constants: Constants = Field({})


Blocks = Annotated[
    tuple[Elements, ...], BeforeValidator(lambda said: tuple(said) if isinstance(said, list | tuple) else (said,))
]


class TableMapping(Contract):
    """What is made of a table. Its keys are explained in docs/integrators/csv.md."""

    model_config = TEXTS

    format: Literal["csv", "ndjson"]
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    delimiter: Annotated[str, StringConstraints(pattern=r'^[^\r\n" ]$')] = ","
    record: RecordName = INCIDENT
    rows: Literal["one", "several"] = "one"
    time_zone: TimeZone | None = None
    unknown: OneOrSeveral = ()
    required: OneOrSeveral = ()
    only_dry_run: str | None = None
    constants: Constants = Field({})
    fields: dict[str, Source]
    elements: dict[str, Blocks] = Field({})

    def columns(self) -> Iterator[str]:
        """Every column that the mapping names, some more than once."""
        yield from self.required
        sources = [*self.fields.values()]
        for blocks in self.elements.values():
            for block in blocks:
                sources += [*block.fields.values(), *([block.for_each] if block.for_each else ())]
        for source in sources:
            yield from source.column

    @property
    def form(self) -> Form:
        """The kind of record that the table holds."""
        return FORMS[self.record]

    def zone(self) -> ZoneInfo | None:
        """The zone that the agency's clocks keep."""
        return ZoneInfo(self.time_zone) if self.time_zone else None
