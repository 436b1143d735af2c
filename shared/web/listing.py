"""Lists by key: where a page begins, and the cursor and Link (RFC 8288) that lead to the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from urllib.parse import urlencode

from fastapi import Query, Request

from shared.web.held import Held

Limit = Annotated[int, Query(ge=1, le=1_000)]
"""Most records of one page."""
CursorText = Annotated[str | None, Query(max_length=1_000)]
"""Where the page before ended, as its answer said."""


class Row(Protocol):
    """What has columns by their names."""

    def __getitem__(self, name: str, /) -> Any:
        """The column of this name."""


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, the cursor of the next one (None: this is the last), and the headers that say so."""

    rows: Sequence[Row]
    next: str | None
    headers: dict[str, str]


def begins_after(state: Held, request: Request, viewer: str, cursor: str | None) -> str:
    """The key after which the page begins. Raises Problem `invalid-cursor` for another viewer's or list's cursor."""
    return str(state.cursors.open(cursor, _bound_to(request, viewer))[0]) if cursor else ""


def page(state: Held, request: Request, viewer: str, rows: Sequence[Row], limit: int) -> Page:
    """A page of rows with a `key`, of which one more than `limit` was asked for, to know whether others follow."""
    if len(rows) <= limit:
        return Page(rows, None, {})
    following = state.cursors.seal(_bound_to(request, viewer), [rows[limit - 1]["key"]])
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    link = f'<?{urlencode([*asked, ("cursor", following)])}>; rel="next"'
    return Page(rows[:limit], following, {"Link": link})


def _bound_to(request: Request, viewer: str) -> str:
    return f"{request.scope['path']} {viewer}"
