"""Builds a service's application: its routes, and what every service answers besides them."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from shared.contracts.contract import Contract
from shared.records.endurance import end
from shared.settings import Settings
from shared.web.caller import TokenVerifier
from shared.web.edge import Edge, answer_exception
from shared.web.limits import RateLimit
from shared.web.openapi import described, docs_page
from shared.web.problems import Problem
from shared.web.telemetry import start_telemetry

STATIC = Path(__file__).parent / "static"
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)

Check = Callable[[], Awaitable[Any]]
Lifespan = Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]


def create_app(
    *,
    name: str,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    contracts: Sequence[type[Contract]],
    asyncapi: Mapping[str, Any],
    lifespan: Lifespan,
    settings: Settings,
) -> FastAPI:
    """The application of one service.

    `lifespan` opens what the service needs on `app.state`, and puts into `app.state.checks` a coroutine function per
    part that must be there; /readyz answers 200 once none of them raises. `contracts` are the bodies that routes read
    by themselves, for OpenAPI.
    """
    tracing, measuring = start_telemetry(name, settings)
    app = FastAPI(
        title=title,
        description=description,
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_whole_lifespan(lifespan),
        telemetry={
            "tracer_provider": tracing,
            "meter_provider": measuring,
            "operation_spans": False,
            "logs": False,
        },
        exception_handlers=dict.fromkeys((HTTPException, RequestValidationError), answer_exception),
    )
    verifier = TokenVerifier(issuer=settings.public_url, audience=settings.token_audience, keys_url=settings.keys_url)
    app.state.verifier, app.state.settings, app.state.checks = verifier, settings, {}
    for router in routers:
        app.include_router(router)
    app.include_router(_operations(dict(asyncapi)))
    app.mount("/docs/static", StaticFiles(directory=STATIC), name="docs-static")
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=4)
    limit = RateLimit(settings.rate_limit, settings.rate_window_seconds)
    app.add_middleware(Edge, public_url=settings.public_url, limit=limit, client_of=_client_of(verifier))
    described(app, contracts)
    return app


def _client_of(verifier: TokenVerifier) -> Callable[[Headers], str]:
    def client_of(headers: Headers) -> str:
        """The client whose allowance a request takes from; empty for one without a valid token."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return ""
        try:
            return verifier.verify(token.strip()).client
        except Problem:
            return ""

    return client_of


def _whole_lifespan(lifespan: Lifespan) -> Lifespan:
    @asynccontextmanager
    async def whole(app: FastAPI) -> AsyncIterator[None]:
        keys = asyncio.create_task(app.state.verifier.run())
        try:
            async with lifespan(app):
                gc.collect()
                gc.freeze()
                gc.set_threshold(50_000, 50, 100)
                yield
        finally:
            await end(keys)

    return whole


def _operations(asyncapi: dict[str, Any]) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/livez")
    async def livez() -> dict[str, bool]:
        """Whether the process answers at all."""
        return {"live": True}

    @router.get("/readyz")
    async def readyz(request: Request) -> JSONResponse:
        """Whether every part that the service needs is there."""
        found = {}
        for part, check in {"keys": _keys_check(request), **request.app.state.checks}.items():
            try:
                found[part] = await check() or "ok"
            except Exception as error:  # noqa: BLE001 - any failure of a part is its state
                found[part] = f"missing: {type(error).__name__}"
        if any(isinstance(state, str) and state.startswith("missing") for state in found.values()):
            raise Problem("unavailable", checks=found)
        return JSONResponse({"ready": True, "checks": found})

    @router.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Metrics in the Prometheus text format."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @router.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        """The API's documentation, from this service's own files alone."""
        return HTMLResponse(docs_page(request.app.title), headers={"Content-Security-Policy": DOCS_POLICY})

    @router.get("/asyncapi.json")
    async def events() -> JSONResponse:
        """The events that this service publishes (AsyncAPI 3.0)."""
        return JSONResponse(asyncapi)

    return router


def _keys_check(request: Request) -> Check:
    async def check() -> None:
        if not request.app.state.verifier.ready:
            raise LookupError("no keys yet")

    return check
