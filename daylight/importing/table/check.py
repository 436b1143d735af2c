"""Whether a mapping can work at all: held against the record's contract before the first row is read."""

from collections.abc import Iterator, Mapping

from daylight.importing.table.cell import converted
from daylight.importing.table.fault import Unreadable
from daylight.importing.table.mapping import Column, Constant, Elements, TableMapping
from daylight.importing.table.moment import fault_of_form
from daylight.importing.table.target import Kind, NoSuchField, Target, number_of, target

Place = tuple[str | int, ...]
MappingFault = tuple[Place, str]
"""Where in the mapping, and what is wrong there."""
TIMES = (Kind.MOMENT, Kind.DAY)


def mapping_faults(mapping: TableMapping) -> Iterator[MappingFault]:
    """Everything in a mapping that no row could be read with."""
    form = mapping.form
    if form.number not in mapping.fields:
        yield ("fields",), f"{form.number} is needed: the column by which Daylight knows the record again"
    yield from _fields(mapping.fields, mapping, ("fields",), None)
    yield from _constants(mapping.constants, mapping, ("constants",), None)
    yield from _twice(mapping.fields, mapping.constants, ("constants",))
    for name, blocks in mapping.elements.items():
        for index, block in enumerate(blocks):
            place = ("elements", name, index) if len(blocks) > 1 else ("elements", name)
            yield from _block(name, block, mapping, place)


def _block(name: str, block: Elements, mapping: TableMapping, place: Place) -> Iterator[MappingFault]:
    try:
        number_of(name, mapping.record)
    except NoSuchField as error:
        yield place, str(error)
        return
    if not block.fields and not block.constants:
        yield place, "an element says something: name its fields"
    if block.for_each and (len(block.for_each.column) != 1 or block.for_each.unmapped == "unknown"):
        yield (*place, "for_each"), "it names one column, of which each value is known, kept, or null for no element"
    yield from _fields(block.fields, mapping, (*place, "fields"), name)
    yield from _constants(block.constants, mapping, (*place, "constants"), name)
    yield from _twice(block.fields, block.constants, (*place, "constants"))


def _twice(fields: Mapping[str, Column], constants: Mapping[str, Constant], place: Place) -> Iterator[MappingFault]:
    for path in fields.keys() & constants.keys():
        yield (*place, path), "it stands among the fields, too: say it once"


def _fields(
    fields: Mapping[str, Column], mapping: TableMapping, place: Place, within: str | None
) -> Iterator[MappingFault]:
    for path, source in fields.items():
        here = (*place, path)
        try:
            found = target(path, within=within, of=mapping.record)
        except NoSuchField as error:
            yield here, str(error)
            continue
        yield from _source(source, found, here)


def _source(source: Column, found: Target, place: Place) -> Iterator[MappingFault]:
    if found.kind is Kind.ELEMENTS and (source.codes is not None or not source.none):
        yield place, "it is a list of elements: say them below `elements`; here only which cells mean `none`"
    if source.split and not found.several:
        yield (*place, "split"), "the field takes one value; for an element each, use `for_each`"
    if source.none and not found.several:
        yield (*place, "none"), "only a list can be empty; `unknown` and `codes` say what a cell means"
    if source.unmapped != "reject" and source.codes is None:
        yield (*place, "unmapped"), "it needs `codes`"
    if source.unmapped == "keep" and found.kind is not Kind.LOCAL:
        yield (*place, "unmapped"), f"the field is a {found.kind}: only a local code can be kept as it is"
    if source.format and found.kind not in TIMES:
        yield (*place, "format"), "only a day or a time has a form"
    for form in source.format:
        if fault := fault_of_form(form):
            yield (*place, "format"), fault
    for cell, code in (source.codes or {}).items():
        if code is not None:
            yield from _convertible(code, found, None, (*place, "codes", cell))


def _constants(
    constants: Mapping[str, Constant], mapping: TableMapping, place: Place, within: str | None
) -> Iterator[MappingFault]:
    for path, said in constants.items():
        here = (*place, path)
        try:
            found = target(path, within=within, of=mapping.record)
        except NoSuchField as error:
            yield here, str(error)
            continue
        if said is None:
            if not found.nullable:
                yield here, "it cannot be null"
        elif isinstance(said, tuple) != found.several or (said and found.kind is Kind.ELEMENTS):
            yield here, "a list is needed" if found.several else "one value is needed"
        else:
            for one in said if isinstance(said, tuple) else (said,):
                yield from _convertible(one, found, mapping, here)


def _convertible(text: str, found: Target, mapping: TableMapping | None, place: Place) -> Iterator[MappingFault]:
    try:
        converted(text, found, (), mapping.zone() if mapping else None)
    except Unreadable as error:
        yield place, error.problem
