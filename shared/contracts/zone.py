"""Time zones by their IANA names."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def _iana(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no IANA time zone bears this name; one is America/Chicago") from error
    return name


TimeZone = Annotated[str, AfterValidator(_iana)]
"""The name of a time zone, as `America/Chicago`."""
