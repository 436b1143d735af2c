"""Runs a GraphQL operation: parsed, measured and validated once per text, paid for, then executed for a viewer."""

import logging
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_operation_ast,
    parse,
    validate,
)
from opentelemetry import trace
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from gateway.limits import CHARACTERS, POINTS, TOKENS, Measure
from gateway.reading import Points, Reading
from gateway.schema import Query
from gateway.slicing import DocumentExecutor
from gateway.types import SCALARS, field_of
from shared.web.edge import problem_of
from shared.web.limits import RateLimit
from shared.web.problems import Problem

logger = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)

REMEMBERED_DOCUMENTS = 256
WINDOW_SECONDS = 60
MOST_ERRORS = 20
WRONG_VALUE = Problem("invalid-value", "A value is not of the type that the schema names here.")


class Prepared(SchemaExtension):
    """Hands over the document that was parsed and validated before, so that neither is done again."""

    def on_operation(self) -> Iterator[None]:
        """Put the document in place."""
        self.execution_context.graphql_document = cast(Document, self.execution_context.root_value).node
        self.execution_context.pre_execution_errors = []
        yield


class Schema(strawberry.Schema):
    """A schema that logs no query and no value: what went wrong is logged where it becomes an answer."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing."""


SCHEMA = Schema(
    Query,
    extensions=[Prepared],
    execution_context_class=DocumentExecutor,
    config=StrawberryConfig(default_resolver=field_of, scalar_map=SCALARS),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """A GraphQL request: the document's text, which of its operations, and the variables."""

    query: str
    name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is valid and small enough."""

    node: DocumentNode
    measure: Measure


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a GraphQL request answers; `executed` is False where it was refused before it ran."""

    content: dict[str, Any]
    executed: bool


class Refused(Exception):
    """A document that is not run, with its GraphQL errors."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__("refused")
        self.errors = list(errors)


class Budget:
    """The points that each client may spend in a minute."""

    def __init__(self, limit: int) -> None:
        self._limit = RateLimit(limit, WINDOW_SECONDS)

    def spend(self, client: str, cost: int) -> Points:
        """Take the cost of a query. Raises Problem `query-too-costly` where it is more than is left."""
        allowance = self._limit.spend(client, cost)
        left = allowance.remaining
        reset_at = datetime.now(UTC) + timedelta(seconds=allowance.ends_at - time.monotonic())
        if cost > POINTS or left < 0:
            self._limit.spend(client, -cost)
            budget = min(POINTS, left + cost)
            raise Problem(
                "query-too-costly",
                f"The query costs {cost} points and may cost {budget} now.",
                cost=cost,
                budget=budget,
                reset_at=reset_at.isoformat(timespec="seconds"),
            )
        return Points(cost, self._limit.limit, left, reset_at)


class Documents:
    """Remembers the documents that were found valid, the last used ones, by their text."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Document] = OrderedDict()

    def prepared(self, text: str) -> Document:
        """The document of this text. Raises Refused for one that is not valid or too large."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = _prepare(text)
            while len(self._known) > REMEMBERED_DOCUMENTS:
                self._known.popitem(last=False)
        self._known.move_to_end(text)
        return known


def _prepare(text: str) -> Document:
    try:
        node = parse(
            text,
            max_tokens=TOKENS,
            max_lexical_tokens=2 * TOKENS,
            max_source_length=CHARACTERS,
            allow_empty_selection_sets=False,
        )
        measure = Measure(node)
        measure.refuse_oversized()
    except (GraphQLError, RecursionError) as error:
        raise Refused([_refusal_of_text(error)]) from None
    except Problem as problem:
        raise Refused([_of_problem(problem)]) from None
    schema = SCHEMA._schema  # noqa: SLF001 - Strawberry has no public way to validate a document by itself
    if errors := validate(schema, node, max_errors=MOST_ERRORS, hide_suggestions=True):
        raise Refused([_not_valid(error) for error in errors])
    return Document(node, measure)


async def run(operation: Operation, reading: Reading, documents: Documents, budget: Budget, client: str) -> Outcome:
    """The answer to one operation. Nothing that the caller sent, and no trace of ours, is repeated in its errors."""
    try:
        document = documents.prepared(operation.query)
        chosen = _chosen(document, operation.name)
        cost = document.measure.points(chosen, operation.variables)
        reading.points = budget.spend(client, cost)
    except Refused as refused:
        return Outcome({"errors": refused.errors}, executed=False)
    except Problem as problem:
        return Outcome({"errors": [_of_problem(problem)]}, executed=False)
    with tracer.start_as_current_span("graphql", attributes={"graphql.cost": cost}) as span:
        result = await SCHEMA.execute(
            operation.query,
            variable_values=dict(operation.variables),
            context_value=reading,
            root_value=document,
            operation_name=operation.name,
        )
        span.set_attribute("graphql.errors", len(result.errors or ()))
    content: dict[str, Any] = {}
    executed = result.data is not None or any(error.path for error in result.errors or ())
    if executed:
        content["data"] = result.data
        entries = [{_camel(name): value for name, value in entry.items()} for entry in reading.entries.values()]
        content["extensions"] = {"ferpa": entries}
    if result.errors:
        content["errors"] = [answered(error) for error in result.errors]
    return Outcome(content, executed)


def _chosen(document: Document, name: str | None) -> OperationDefinitionNode:
    chosen = get_operation_ast(document.node, name)
    if chosen is None:
        raise Problem(
            "invalid-query", "operationName names no operation of the document, or more than one could be meant."
        )
    return chosen


def answered(error: GraphQLError) -> dict[str, Any]:
    """An error of execution as it is answered: with the code of its problem, and without any value."""
    content: dict[str, Any] = {}
    if error.original_error is not None and error.path is not None:
        problem = problem_of(error.original_error)
        if problem.status >= 500:
            logger.error("%s in a resolver", problem.code, exc_info=error.original_error)
        content = _of_problem(problem)
    elif error.path is not None:
        logger.error("internal-error in a field: %s", ".".join(map(str, error.path)))
        content = _of_problem(Problem("internal-error"))
    else:
        content = _of_problem(WRONG_VALUE)
    if error.path is not None:
        content["path"] = error.path
    return content | _places(error)


def _not_valid(error: GraphQLError) -> dict[str, Any]:
    """An error of validation: in GraphQL's words, unless they would quote a value."""
    quotes = any(isinstance(node, ValueNode) and not isinstance(node, VariableNode) for node in error.nodes or ())
    return _of_problem(WRONG_VALUE if quotes else Problem("invalid-query", error.message)) | _places(error)


def _places(error: GraphQLError) -> dict[str, Any]:
    if not error.locations:
        return {}
    return {"locations": [{"line": place.line, "column": place.column} for place in error.locations]}


def _of_problem(problem: Problem) -> dict[str, Any]:
    members = {_camel(name): value for name, value in problem.members.items()}
    return {"message": problem.detail, "extensions": {"code": problem.code, **members}}


def _refusal_of_text(error: GraphQLError | RecursionError) -> dict[str, Any]:
    if isinstance(error, GraphQLSyntaxError) and "Parsing aborted" not in error.message:
        return _of_problem(Problem("invalid-query", "The document is not well-formed GraphQL.")) | _places(error)
    return _of_problem(Problem("query-too-costly", f"A document has at most {TOKENS} tokens, {CHARACTERS} characters."))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
