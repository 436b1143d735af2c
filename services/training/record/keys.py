"""What names a record that an agency sends, and who may write and read it."""

from dataclasses import dataclass

from shared.contracts.contract import Identifier, Ori
from shared.web.caller import Caller
from shared.web.problems import Problem


@dataclass(frozen=True, slots=True)
class RecordKey:
    """An agency and its own number of a record; of a kind with one record an agency the number is None.

    Numbers are compared as they are spelled: incidents name officers by the same letters.
    """

    ori: str
    number: str | None = None

    def __str__(self) -> str:
        return self.ori if self.number is None else f"{self.ori}/{self.number}"


async def officer_in_path(ori: Ori, officer_number: Identifier) -> RecordKey:
    """The officer that a path names."""
    return RecordKey(ori, officer_number)


async def course_in_path(ori: Ori, course_code: Identifier) -> RecordKey:
    """The course that a path names."""
    return RecordKey(ori, course_code)


async def completion_in_path(ori: Ori, completion_number: Identifier) -> RecordKey:
    """The completion that a path names."""
    return RecordKey(ori, completion_number)


async def assignment_in_path(ori: Ori, assignment_number: Identifier) -> RecordKey:
    """The assignment that a path names."""
    return RecordKey(ori, assignment_number)


async def plan_in_path(ori: Ori) -> RecordKey:
    """The training plan that a path names by its agency alone."""
    return RecordKey(ori)


def own(caller: Caller, ori: str) -> None:
    """Raise Problem `not-your-organisation` unless the caller may write for the agency."""
    if not caller.owns(ori):
        raise Problem("not-your-organisation")
