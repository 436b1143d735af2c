"""What the services say of themselves: OpenAPI for routes that read their body by themselves, AsyncAPI for events."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from shared.contracts.contract import Contract
from shared.contracts.events import CONTENT_TYPE, ERASED, RECORDED, VOIDED, Event

REFERENCE = "#/components/schemas/{model}"

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")},
            },
        },
    },
}


def takes(contract: type[Contract], media_type: str = "application/json") -> dict[str, Any]:
    """OpenAPI of a body that the route reads by itself, as `openapi_extra`."""
    schema = {"$ref": REFERENCE.format(model=contract.__name__)}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def gives_ndjson(description: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI of an answer of NDJSON lines, as an entry of `responses`."""
    return {200: {"description": description, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}}


def gives(contract: type[Contract], description: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """OpenAPI of an answer that the route writes by itself, as an entry of `responses`."""
    schema = {"$ref": REFERENCE.format(model=contract.__name__)}
    return {status: {"description": description, "content": {"application/json": {"schema": schema}}}}


def described(app: FastAPI, contracts: Sequence[type[Contract]]) -> None:
    """Let the application describe these contracts and the problem document among its schemas."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            _, found = models_json_schema([(one, "validation") for one in contracts], ref_template=REFERENCE)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas |= found.get("$defs", {})
            schemas["Problem"] = PROBLEM_SCHEMA
            document["components"]["securitySchemes"] = {
                "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt"}
            }
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def asyncapi(
    service: str,
    title: str,
    kinds: Mapping[str, type[Contract]],
    *,
    never_void: Collection[str] = (),
    erased: type[Contract] | None = None,
) -> dict[str, Any]:
    """AsyncAPI 3.0 of a service's events: one channel per kind and change; the record's contract is `data.document`.

    Records of the kinds in `never_void` are replaced and never taken out of views. `erased` is what an event says by
    which a record of the other kinds is erased; None where none ever is.
    """
    said: list[type[Contract]] = [Event, *kinds.values(), *([erased] if erased else [])]
    _, found = models_json_schema([(one, "validation") for one in said], ref_template=REFERENCE)
    channels, operations, messages = {}, {}, {}
    for kind, contract in kinds.items():
        documents: dict[str, type[Contract] | None] = {RECORDED: contract}
        if kind not in never_void:
            documents |= {VOIDED: None} | ({ERASED: erased} if erased else {})
        for change, document in documents.items():
            event = f"daylight.{service}.{kind}.{change}"
            channels[event] = {
                "address": f"{event}.{{record_id}}",
                "parameters": {"record_id": {"description": "Id of the record, UUIDv7."}},
                "messages": {event: {"$ref": f"#/components/messages/{event}"}},
            }
            operations[f"publish.{event}"] = {
                "action": "send",
                "channel": {"$ref": f"#/channels/{event}"},
                "messages": [{"$ref": f"#/channels/{event}/messages/{event}"}],
            }
            messages[event] = {
                "name": event,
                "contentType": CONTENT_TYPE,
                "payload": {
                    "allOf": [
                        {"$ref": REFERENCE.format(model="Event")},
                        _data_schema(document),
                    ]
                },
            }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": "1"},
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": found.get("$defs", {})},
    }


def _data_schema(contract: type[Contract] | None) -> dict[str, Any]:
    document: dict[str, Any] = {"type": "null"}
    if contract is not None:
        document = {"$ref": REFERENCE.format(model=contract.__name__)}
    return {"properties": {"data": {"properties": {"document": document}}}}


def docs_page(title: str) -> str:
    """The page that shows the API with the files below /docs/static."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/docs/static/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script><script src="/docs/static/start.js"></script></body></html>
"""
