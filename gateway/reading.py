"""One request's reading: a viewer, one snapshot of the documents, and what had to be withheld from it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TypeVar
from uuid import UUID

import orjson

from gateway.calls import Calls
from gateway.coverage import coverage_of
from gateway.documents import Order, Stored
from gateway.guardianships.standing import HELD, Child, children_of
from gateway.kinds import CLOCK, OFFICER_CONCLUSION
from gateway.masks import Path, withheld
from gateway.own_part import cut_to_own, own_numbers
from gateway.policy import Rule
from gateway.students import name_students
from gateway.viewer import Scope, Viewer, viewing
from shared.clocks import engine
from shared.clocks.engine import DUE_SOON, DueSoon
from shared.contracts.clocks import Clock
from shared.contracts.officer_conclusions import OfficerConclusion
from shared.records.database import Connection, Database
from shared.records.pseudonyms import Pseudonyms
from shared.web.paging import Cursors
from shared.web.problems import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Points:
    """GraphQL points: what a query costs, and what is left to the client until the minute is over."""

    cost: int
    limit: int
    remaining: int
    reset_at: datetime


@dataclass(slots=True)
class Reading:
    """Opens the snapshot at the first read and takes one statement at a time; use it as `async with`.

    `at` is the one moment at which all of it is read: the states of clocks are those of that moment. `calls` are there
    where services may be asked. `children` are those of a viewer who comes as a parent or a student, as the snapshot
    has them; `cut` the documents that were opened and told of others as well.
    """

    viewer: Viewer
    database: Database
    cursors: Cursors
    student_names: Pseudonyms
    due_soon: DueSoon = DUE_SOON
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    points: Points | None = None
    calls: Calls | None = None
    entries: dict[tuple[Path, str], dict[str, Any]] = field(default_factory=dict)
    children: tuple[Child, ...] = ()
    cut: set[UUID] = field(default_factory=set)
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _connection: "Connection | None" = None

    async def __aenter__(self) -> "Reading":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._opened.__aexit__(kind, error, trace)

    async def read(self, question: Callable[[Connection], Awaitable[T]]) -> T:
        """Ask the snapshot. All questions of one request are answered by the same state of the documents."""
        async with self._turn:
            if self._connection is None:
                self._connection = await self._opened.enter_async_context(viewing(self.database, self.viewer))
                if self.viewer.family is not None:
                    self.children = await children_of(self._connection, self.viewer.family)
            return await question(self._connection)

    async def children_held(self) -> list[str]:
        """The districts' references to the students over whose records the viewer holds the rights."""

        async def held(_: Connection) -> list[str]:
            held = [child for child in self.children if child.state == HELD]
            return [self.student_names.reference(child.lea_id, child.student) for child in held]

        return await self.read(held)

    def withhold(self, path: Sequence[str], rule: Rule) -> None:
        """Note that what stands at this path of the answer is withheld, once."""
        self.entries.setdefault((tuple(path), rule.name), withheld(tuple(path), rule))

    @property
    def asking(self) -> Calls:
        """The calls to services. Raises Problem `unavailable` where none can be made."""
        if self.calls is None:
            raise Problem("unavailable", "No service is asked from here.")
        return self.calls

    def require(self, scope: str) -> None:
        """Raise Problem `insufficient-scope` for a token without this scope. The public has no token and no scopes."""
        if self.viewer.client and scope not in self.viewer.scopes:
            raise Problem("insufficient-scope", f"The scope {scope} is needed.")

    def place_of(self, cursor: str, order: Order) -> list[Any]:
        """The place in this order that a cursor of this viewer names. Raises Problem `invalid-cursor`."""
        try:
            return order.parse(self.cursors.open(cursor, self.viewer.name))
        except (TypeError, ValueError):
            raise Problem("invalid-cursor") from None

    def cursor_to(self, stored: Stored, order: Order) -> str:
        """A cursor of this viewer to a document's place in this order."""
        return self.cursors.seal(self.viewer.name, order.place(stored))

    def opened(self, stored: Stored, scope: Scope) -> dict[str, Any]:
        """A document with what every record has; a clock's as it stands at the moment of reading.

        Of what was concluded of an officer it is the topics covered, and those that are not.
        """
        if stored.kind == CLOCK:
            clock = Clock.model_validate_json(stored.document)
            document = engine.read(clock, self.at, self.due_soon).model_dump(mode="json")
        elif stored.kind == OFFICER_CONCLUSION:
            concluded = OfficerConclusion.model_validate_json(stored.document)
            document = coverage_of(concluded).model_dump(mode="json")
        else:
            document = orjson.loads(stored.document)
            name_students(document, self.student_names, stored.custodian, stored.matched, stored.students)
            own = own_numbers(stored.matched or (), stored.students or (), self.children)
            if scope.family is not None and cut_to_own(document, own):
                self.cut.add(stored.id)
        if scope.de_identified:
            code = str(self.student_names.code(self.viewer.name, stored.id))
            return {**document, **_plumbing(stored, scope), "id": code, "key": code}
        return {**document, **_plumbing(stored, scope)}


def _plumbing(stored: Stored, scope: Scope) -> dict[str, Any]:
    """What every record has besides its document: whose it is, which, and of what version."""
    return {
        "id": str(stored.id),
        "key": stored.key,
        "custodian": stored.custodian,
        "record_class": scope.record_class,
        "version": stored.version,
        "changed_at": stored.changed_at.isoformat(),
    }
