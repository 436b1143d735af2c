"""A mapping: a YAML file that says what is made of another system's file."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from daylight.importing.crdc.mapping import FiguresMapping, SchoolsMapping
from daylight.importing.table.check import mapping_faults
from daylight.importing.table.mapping import TableMapping
from daylight.importing.written import Place, UnusableMapping, Written, read
from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Identifier
from shared.contracts.zone import TimeZone

FOLDER = Path(__file__).parent / "mappings"


class Arrest(Contract):
    """What an arrest type is among actions and outcomes."""

    action: Annotated[str, CodeOf("action_type")]
    outcome: Annotated[str, CodeOf("outcome_type")]


class NibrsMapping(Contract):
    """What is made of a NIBRS flat file. Its keys are explained in `mappings/nibrs.yaml`."""

    format: Literal["nibrs"]
    source_system: Identifier
    time_zone: TimeZone | None = None
    officer_capacity: Annotated[str, CodeOf("officer_capacity")]
    school_locations: tuple[Annotated[str, CodeOf("nibrs_location")], ...]
    school_grounds: tuple[Annotated[str, CodeOf("nibrs_location")], ...]
    victim_types: tuple[Annotated[str, CodeOf("nibrs_victim_type")], ...]
    officer_victim_types: tuple[Annotated[str, CodeOf("nibrs_victim_type")], ...]
    race: dict[Annotated[str, CodeOf("nibrs_race")], Annotated[str, CodeOf("race_ethnicity")]]
    ethnicity: dict[Annotated[str, CodeOf("nibrs_ethnicity")], Annotated[str, CodeOf("race_ethnicity")]]
    sex: dict[Annotated[str, CodeOf("nibrs_sex")], Annotated[str, CodeOf("sex")]]
    arrest_type: dict[Annotated[str, CodeOf("nibrs_arrest_type")], Arrest]
    juvenile_disposition: dict[
        Annotated[str, CodeOf("nibrs_juvenile_disposition")], Annotated[str, CodeOf("juvenile_disposition")]
    ]


AnyMapping = NibrsMapping | SchoolsMapping | FiguresMapping | TableMapping
MAPPING: TypeAdapter[AnyMapping] = TypeAdapter(Annotated[AnyMapping, Field(discriminator="format")])


def load(name_or_path: str, *, time_zone: str | None = None) -> AnyMapping:
    """A mapping that ships, by its name, or one's own, by its path; `time_zone` stands for the mapping's.

    Raises UnusableMapping with every fault and its line.
    """
    written = _written(name_or_path)
    content = written.content | ({} if time_zone is None else {"time_zone": time_zone})
    try:
        # JSON is the form in which strict contracts take a list for a tuple.
        mapping = MAPPING.validate_json(json.dumps(content))
    except ValidationError as error:
        found = [(_place(one["loc"], content), one["msg"]) for one in error.errors()]
        raise _unusable(name_or_path, found, written) from error
    if isinstance(mapping, TableMapping) and (faults := list(mapping_faults(mapping))):
        raise _unusable(name_or_path, faults, written)
    return mapping


def names() -> tuple[str, ...]:
    """The mappings that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def _place(location: Place, content: Mapping[str, Any]) -> Place:
    """Where an error is; pydantic puts the format, by which it chose, before the keys."""
    return location[1:] if location[:1] == (content.get("format"),) else location


def _unusable(name: str, faults: Iterable[tuple[Place, str]], written: Written) -> UnusableMapping:
    told = []
    for place, what in faults:
        line = written.line_of(place)
        told.append(f"{f'line {line}, ' if line else ''}{'.'.join(map(str, place))}: {what}")
    return UnusableMapping(f"The mapping {name} cannot be used: {'; '.join(told)}.")


def _written(name_or_path: str) -> Written:
    """What a mapping says, laid over what its base says; the lines are its own."""
    path = FOLDER / f"{name_or_path}.yaml" if name_or_path in names() else Path(name_or_path)
    shipped = ", ".join(names())
    if not path.is_file():
        raise UnusableMapping(f"There is no mapping {name_or_path}. Those that ship: {shipped}.")
    written = read(path)
    if not isinstance(written.content, dict):
        raise UnusableMapping(f"The mapping {name_or_path} is not a YAML mapping of keys to values.")
    base = written.content.pop("base", None)
    if base is None:
        return written
    if base not in names():
        raise UnusableMapping(f"The base of the mapping {name_or_path} is not one that ships: {shipped}.")
    return Written(patched(_written(base).content, written.content), written.lines)


def patched(base: Any, patch: Any) -> Any:
    """A JSON Merge Patch (RFC 7396): keys are said anew or added, null takes a key out, all but maps is replaced."""
    if not isinstance(patch, dict):
        return patch
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result
