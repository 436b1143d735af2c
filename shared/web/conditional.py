"""Conditional requests, dry runs and the position of a write, as headers say them (RFC 9110)."""

import re
from typing import Annotated

from fastapi import Header

from shared.contracts.fault import Fault
from shared.records.keep import Kept, Result
from shared.web.problems import Problem

ENTITY_TAG = re.compile(r'^(?:W/)?"([0-9]{1,9})"$')

DryRun = Annotated[bool, Header(alias="Daylight-Dry-Run")]
"""True: everything is checked and answered, nothing is stored."""


async def expected_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """The version that If-Match names. Raises Problem `invalid-value` for a tag that Daylight never gave."""
    if if_match is None:
        return None
    tag = ENTITY_TAG.match(if_match.strip())
    if tag is None:
        fault = Fault("#/If-Match", "invalid-value", "Send the ETag of the version that you mean to change.")
        raise Problem("invalid-value", "If-Match holds one ETag as Daylight gave it.", errors=[fault])
    return int(tag[1])


def write_headers(service: str, kept: Kept) -> dict[str, str]:
    """The headers that answer a write: entity tag, position, and whether nothing changed."""
    headers = {"ETag": kept.etag}
    if kept.position:
        headers["Daylight-Position"] = f"{service}:{kept.position}"
    if kept.result is Result.UNCHANGED:
        headers["Daylight-Unchanged"] = "true"
    if kept.result is Result.STALE:
        headers["Daylight-Stale"] = "true"
    return headers


def write_status(kept: Kept) -> int:
    """201 for a record that is new, 200 for one that was there."""
    return 201 if kept.result is Result.CREATED else 200
