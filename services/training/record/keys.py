"""What names a record that an agency sends, and who may write and read it."""

from dataclasses import dataclass

from shared.contracts.contract import Identifier, Ori
from shared.web.caller import Caller
from shared.web.problems import Problem

SCHOOL_ROLES = frozenset({"school_leader", "district_system", "privacy_officer"})
OF_THE_AGENCY = "The officer's own agency rates; school staff are heard in its `inputs` (P6)."


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


async def evaluation_in_path(ori: Ori, evaluation_number: Identifier) -> RecordKey:
    """The evaluation that a path names."""
    return RecordKey(ori, evaluation_number)


async def need_in_path(ori: Ori, need_number: Identifier) -> RecordKey:
    """The training need that a path names."""
    return RecordKey(ori, need_number)


async def peer_event_in_path(ori: Ori, event_number: Identifier) -> RecordKey:
    """The event among peers that a path names."""
    return RecordKey(ori, event_number)


async def membership_in_path(ori: Ori, membership_number: Identifier) -> RecordKey:
    """The membership that a path names."""
    return RecordKey(ori, membership_number)


async def selection_in_path(ori: Ori, selection_number: Identifier) -> RecordKey:
    """The selection that a path names."""
    return RecordKey(ori, selection_number)


async def criteria_in_path(ori: Ori, criteria_version: Identifier) -> RecordKey:
    """The version of the criteria that a path names."""
    return RecordKey(ori, criteria_version)


async def staff_training_in_path(ori: Ori, staff_training_number: Identifier) -> RecordKey:
    """The count of trained staff that a path names."""
    return RecordKey(ori, staff_training_number)


async def plan_in_path(ori: Ori) -> RecordKey:
    """The training plan that a path names by its agency alone."""
    return RecordKey(ori)


def own(caller: Caller, ori: str, *, school_rates_not: bool = False) -> None:
    """Raise Problem `not-your-organisation` unless the caller may write for the agency.

    Of what is not the school's to rate, its people are told `actor-may-not-act`: who may, and where they are heard.
    """
    if school_rates_not and caller.role in SCHOOL_ROLES:
        raise Problem("actor-may-not-act", OF_THE_AGENCY)
    if not caller.owns(ori):
        raise Problem("not-your-organisation")
