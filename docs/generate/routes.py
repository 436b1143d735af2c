"""The page of routes."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import Mount, Route

from docs.generate.markdown import code, first_sentence, page, prose, table
from shared.web.body import PROBLEM_CODES
from shared.web.caller import optional_caller, required_caller, scoped
from shared.web.problems import CONTENT_TYPE, problems

ABOUT = """
Every route of every service. *Scope* is what the token must hold; "token" means any valid one, "optional" that
without one the public is answered, "–" that none is looked at. Besides the problems named, every route can
answer {everywhere}; paths and methods that are not here are answered `not-found` and `method-not-allowed`.
*Those of a body* are {body}. The whole of it, with every body, as OpenAPI: `docs/openapi/`, and `/openapi.json`
and `/docs` of each running service."""
HEAD = ("route", "scope", "what it does", "parameters", "answers", "problems")
CODES = re.compile(r"`([a-z-]+)`")


@dataclass(frozen=True, slots=True)
class Line:
    """One route as the page says it."""

    method: str
    path: str
    scope: str
    does: str
    parameters: str
    answers: str
    problems: str

    def cells(self) -> tuple[str, ...]:
        """The cells of the table."""
        return code(f"{self.method} {self.path}"), self.scope, self.does, self.parameters, self.answers, self.problems


def routes_page(apps: Mapping[str, FastAPI]) -> str:
    """The routes that every service has, then each service's own."""
    found = {name: list(lines(app)) for name, app in apps.items()}
    shared = [line for line in next(iter(found.values())) if all(line in own for own in found.values())]
    everywhere, body = _codes(_everywhere()), _codes(PROBLEM_CODES)
    blocks = ["## Every service", table(HEAD, (line.cells() for line in shared))]
    for name, own in found.items():
        blocks += [f"## {name}", table(HEAD, (line.cells() for line in own if line not in shared))]
    return page("Routes", prose(ABOUT.format(everywhere=everywhere, body=body)), *blocks)


def lines(app: FastAPI) -> Iterator[Line]:
    """Every route of an application, method by method, as it is declared."""
    described: dict[str, Any] = app.openapi()["paths"]
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            for method in sorted(route.methods or ()):
                operation = described.get(str(route.path_format), {}).get(method.lower(), {})
                yield _line(method, route, operation)
        elif isinstance(route.original_route, Mount):
            path = f"{route.original_route.path}/{{file}}"
            yield Line("GET", path, "–", "A file of the pages above or below.", "", "200", "`not-found`")
        elif isinstance(route.original_route, Route):
            yield Line("GET", str(route.path), "–", "This service's OpenAPI document.", "", "200", "")


def _line(method: str, route: RouteContext, operation: Mapping[str, Any]) -> Line:
    responses = {str(status): one for status, one in operation.get("responses", {}).items()}
    failures = {status for status, one in responses.items() if CONTENT_TYPE in one.get("content", {})}
    named = [
        name for status in responses for name in CODES.findall(responses[status]["description"]) if status >= "400"
    ]
    answers = [status for status in sorted(responses) if status not in failures and status < "400"]
    return Line(
        method=method,
        path=str(route.path_format),
        scope=_scope(route.dependant),
        does=first_sentence(inspect.getdoc(route.endpoint)),
        parameters=", ".join(_parameters(operation)),
        answers=", ".join(answers) or "200",
        problems=_problems([name for name in dict.fromkeys(named) if name not in _everywhere()]),
    )


def _problems(named: Sequence[str]) -> str:
    if not set(PROBLEM_CODES) <= set(named):
        return _codes(named)
    others = [name for name in named if name not in PROBLEM_CODES]
    return ", ".join(["*those of a body*", _codes(others)])


def _codes(names: Iterable[str]) -> str:
    return ", ".join(code(name) for name in names)


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        if one["in"] == "query":
            yield code(f"{one['name']}=")
        elif one["in"] == "header":
            yield code("-".join(word.capitalize() for word in one["name"].split("-")))


def _scope(dependant: Dependant) -> str:
    calls = [one.call for one in _within(dependant)]
    with_scope = scoped.__qualname__ + ".<locals>"
    for call in calls:
        if getattr(call, "__qualname__", "").startswith(with_scope):
            return code(inspect.getclosurevars(call).nonlocals["scope"])  # type: ignore[arg-type]
    if required_caller in calls:
        return "token"
    return "optional" if optional_caller in calls else "–"


def _within(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _within(one)


def _everywhere() -> list[str]:
    """The problems that every route's description names."""
    return [name for one in problems().values() for name in CODES.findall(one["description"])]
