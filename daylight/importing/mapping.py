"""A mapping: a YAML file that says what is made of another system's file."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from shared.contracts.codes import CodeOf
from shared.contracts.contract import Contract, Identifier

FOLDER = Path(__file__).parent / "mappings"


class UnusableMapping(Exception):
    """There is no such mapping, or it does not hang together; the message says which and where."""


def _iana(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no IANA time zone bears this name; one is America/Chicago") from error
    return name


TimeZone = Annotated[str, AfterValidator(_iana)]


class Arrest(Contract):
    """What an arrest type is among actions and outcomes."""

    action: Annotated[str, CodeOf("action_type")]
    outcome: Annotated[str, CodeOf("outcome_type")]


class NibrsMapping(Contract):
    """What is made of a NIBRS flat file. Its keys are explained in `mappings/nibrs.yaml`."""

    format: Literal["nibrs"]
    source_system: Identifier
    time_zone: TimeZone | None
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


class SchoolsMapping(Contract):
    """Which columns of the CRDC's school list are what. Its keys are explained in `mappings/crdc-schools.yaml`."""

    format: Literal["crdc-schools"]
    state: str
    lea_id: str
    lea_name: str
    school_id: str
    school_name: str
    grades: dict[str, Annotated[str, CodeOf("grade_levels")]]
    ungraded: dict[str, Annotated[str, CodeOf("grade_levels")]]


Mapping = NibrsMapping | SchoolsMapping
MAPPING: TypeAdapter[Mapping] = TypeAdapter(Annotated[Mapping, Field(discriminator="format")])


def load(name_or_path: str, *, time_zone: str | None = None) -> Mapping:
    """A mapping that ships, by its name, or one's own, by its path; `time_zone` stands for the mapping's.

    Raises UnusableMapping.
    """
    content = _read(name_or_path) | ({} if time_zone is None else {"time_zone": time_zone})
    try:
        # JSON is the form in which strict contracts take a list for a tuple.
        return MAPPING.validate_json(json.dumps(content))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise UnusableMapping(f"The mapping {name_or_path} cannot be used: {faults}.") from error


def names() -> tuple[str, ...]:
    """The mappings that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def _read(name_or_path: str) -> dict[str, Any]:
    path = FOLDER / f"{name_or_path}.yaml" if name_or_path in names() else Path(name_or_path)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        shipped = ", ".join(names())
        raise UnusableMapping(f"There is no readable mapping {name_or_path}. Those that ship: {shipped}.") from error
    if not isinstance(content, dict):
        raise UnusableMapping(f"The mapping {name_or_path} is not a YAML mapping of keys to values.")
    base = content.pop("base", None)
    if base is None:
        return content
    if base not in names():
        raise UnusableMapping(f"The base of the mapping {name_or_path} is not one that ships: {', '.join(names())}.")
    return _read(base) | content
