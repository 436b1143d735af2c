"""Cursors: opaque, signed, and bound to the viewer who was given them."""

import base64
import hmac
from collections.abc import Sequence
from typing import Any

import orjson

from shared.web.problems import Problem

SIGNATURE_BYTES = 16


class Cursors:
    """Makes and opens cursors under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, viewer: str, place: Sequence[Any]) -> str:
        """A cursor to a place (JSON values) that only this viewer can use."""
        content = orjson.dumps(list(place))
        return base64.urlsafe_b64encode(self._sign(viewer, content) + content).decode().rstrip("=")

    def open(self, cursor: str, viewer: str) -> list[Any]:
        """The place that a cursor names. Raises Problem `invalid-cursor` for one that was not given to the viewer."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raise Problem("invalid-cursor") from None
        signature, content = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(viewer, content)):
            raise Problem("invalid-cursor")
        place: list[Any] = orjson.loads(content)
        return place

    def _sign(self, viewer: str, content: bytes) -> bytes:
        return hmac.digest(self._key, viewer.encode() + b"\0" + content, "sha256")[:SIGNATURE_BYTES]
