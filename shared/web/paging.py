"""Cursors: sealed, so that they tell nothing of where they lead, and bound to the viewer who was given them.

A place is what a page is ordered by, and a viewer may be withheld just that. Source: RFC 5297 (AES-SIV).
"""

import base64
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.web.problems import Problem


class Cursors:
    """Makes and opens cursors under one key, 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def seal(self, viewer: str, place: Sequence[Any]) -> str:
        """A cursor to a place (JSON values) that only this viewer can use."""
        sealed = self._cipher.encrypt(orjson.dumps(list(place)), [viewer.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, cursor: str, viewer: str) -> list[Any]:
        """The place that a cursor names. Raises Problem `invalid-cursor` for one that was not given to the viewer."""
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            place: list[Any] = orjson.loads(self._cipher.decrypt(sealed, [viewer.encode()]))
        except (InvalidTag, NotBase64, ValueError):
            raise Problem("invalid-cursor") from None
        return place
