"""The page of settings."""

from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from docs.generate.markdown import code, page, prose, table
from shared.settings import Settings

UNITS = ("seconds", "hours", "bytes", "days", "lines", "points", "connections")
WORDS: dict[Any, str] = {bool: "true or false", str: "text", int: "number", float: "number", Path: "path"}
ABOUT = """
Every setting is an environment variable, the same in every mode and process, read by `shared/settings.py` and
nowhere else. `make up` needs none: what is not set here it fills in itself (PostgreSQL and NATS of its own,
secrets below the data folder, the gateway's own address as public URL). To bring your own PostgreSQL or NATS,
set `DAYLIGHT_DATABASE_URL` or `DAYLIGHT_NATS_URL`; for `daylight up` and `python -m daylight.serve prepare` the
database's user must be one that may create roles and databases."""


def settings_page() -> str:
    """Every setting with its unit, default and bounds."""
    prefix = str(Settings.model_config["env_prefix"])
    rows = [
        (code(prefix + name.upper()), unit(name, field), _default(field), bounds(field), field.description)
        for name, field in Settings.model_fields.items()
    ]
    return page("Settings", prose(ABOUT), table(("variable", "unit", "default", "bounds", "what it is"), rows))


def unit(name: str, field: FieldInfo) -> str:
    """What a setting is counted in: its name ends in it; else the kind of its value."""
    last = name.rpartition("_")[2]
    if last in UNITS:
        return last
    if last == "url" or last == "endpoint":
        return "URL"
    annotation = field.annotation
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return WORDS[annotation]


def bounds(field: FieldInfo) -> str:
    """The least and most that a setting may be."""
    said = [f"≥ {rule.ge}" for rule in field.metadata if isinstance(rule, Ge)]
    return ", ".join(said + [f"≤ {rule.le}" for rule in field.metadata if isinstance(rule, Le)])


def _default(field: FieldInfo) -> str:
    return "none" if field.default in (None, "") else code(field.default)
