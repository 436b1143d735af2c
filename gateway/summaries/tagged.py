"""Answers that say what they are by a tag of their content, and are not sent again to whoever has them (RFC 9110)."""

from hashlib import sha256

from fastapi import Request, Response

JSON, CSV = "application/json", "text/csv; charset=utf-8"
TAG_DIGITS = 32


def unless_known(request: Request, content: bytes, media_type: str) -> Response:
    """The content; 304 without it where the request names its tag."""
    tag = f'"{sha256(content).hexdigest()[:TAG_DIGITS]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
