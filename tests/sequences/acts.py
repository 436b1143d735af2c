"""What people and systems do to contacts over time, made up by chance: acts one after another, and several at once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.incidents.answers.test_promise import patches, reports
from tests.incidents.people import OTHER_SCHOOL, SCHOOL

NUMBERS = ("2026-1", "2026-2")


@dataclass(frozen=True, slots=True)
class Put:
    """The records system reports a contact, by its own clock."""

    number: str
    report: dict[str, Any]
    source_version: int


@dataclass(frozen=True, slots=True)
class Patch:
    """Somebody answers what the report left open, or takes answers back."""

    number: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Void:
    """The records system takes a contact out."""

    number: str


@dataclass(frozen=True, slots=True)
class Judge:
    """One side judges a contact."""

    number: str
    side: str
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Speak:
    """Somebody of the agency explains a flag, or upholds it."""

    number: str
    flag: str
    word: str


@dataclass(frozen=True, slots=True)
class Read:
    """A person of one side opens the report, or acknowledges it."""

    number: str
    side: str
    act: str


@dataclass(frozen=True, slots=True)
class Close:
    """A court's order takes a contact out of everything, and keeps it out."""

    number: str


@dataclass(frozen=True, slots=True)
class Lift:
    """Another order lets the contact be taken in again."""

    number: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """The sweep comes, and judges again what time or another contact bears on."""


Act: TypeAlias = Put | Patch | Void | Judge | Speak | Read | Close | Lift | Sweep


@dataclass(frozen=True, slots=True)
class Step:
    """Time passes; then acts come at once."""

    after: timedelta
    acts: tuple[Act, ...]


YES_NO = st.sampled_from(["yes", "no", "unknown"])
BESIDES: dict[str, Any] = {
    "school_id": st.sampled_from([SCHOOL, SCHOOL, OTHER_SCHOOL, None]),
    "contact_type": st.sampled_from(["incident", "service"]),
    "initiated_by": st.sampled_from(["school_personnel", "sro", "unknown"]),
    "conduct": st.sampled_from([[], [{"conduct_number": 1, "scheme": "code_of_conduct", "code": "dress_code"}]]),
}
"""What reports say besides what they and answers both speak of: the school, and what rules of P3 and P7 read."""
STARTED_AT = "2026-10-05T10:15:00-07:00"


@st.composite
def contacts(draw: st.DrawFn) -> dict[str, Any]:
    """Reports of a contact in which actions have begun and documentation lacks no part that cannot be answered."""
    report = draw(reports()) | draw(st.fixed_dictionaries({}, optional=BESIDES))
    actions = [{**action, "started_at": STARTED_AT} for action in report["actions"]]
    documentation = [{**one, "at_school_factors": "…"} for one in report["detention_documentation"]]
    return report | {"actions": actions, "detention_documentation": documentation}


@st.composite
def puts(draw: st.DrawFn) -> Put:
    """Reports, now and then by a clock that is behind."""
    return Put(draw(numbers), draw(contacts()), draw(st.sampled_from([1, 2, 2, 2, 2, 3, 3])))


numbers = st.sampled_from(NUMBERS)
judgements = st.fixed_dictionaries(
    {"would_require_911": YES_NO},
    optional={"school_involving_sro_appropriate": YES_NO, "sro_intervening_appropriate": YES_NO},
)
sides = st.sampled_from(["agency", "school"])
OFTEN_RAISED = ("P3-NO-THREAT", "P4-UNDOCUMENTED", "P7-INITIATOR-UNKNOWN", "P7-JUDGEMENTS-DISAGREE")
flags = st.sampled_from([*OFTEN_RAISED, *(f"X-VOID-UNDER-REVIEW:{name}" for name in OFTEN_RAISED)])
KINDS: list[tuple[int, st.SearchStrategy[Act]]] = [
    (6, puts()),
    (6, st.builds(Patch, numbers, patches())),
    (6, st.builds(Judge, numbers, sides, judgements)),
    (9, st.builds(Speak, numbers, flags, st.sampled_from(["explain", "uphold"]))),
    (4, st.builds(Read, numbers, sides, st.sampled_from(["open", "acknowledge"]))),
    (3, st.builds(Void, numbers)),
    (3, st.builds(Sweep)),
    (1, st.builds(Close, numbers)),
    (2, st.builds(Lift, numbers)),
]
"""What comes, and how often each compared with the others."""
acts: st.SearchStrategy[Act] = st.sampled_from([kind for often, kind in KINDS for _ in range(often)]).flatmap(
    lambda kind: kind
)
PASSING = [timedelta(), timedelta(minutes=1), timedelta(hours=7), timedelta(days=4), timedelta(days=12)]
"""Less than any limit, and more than each."""
steps = st.builds(Step, st.sampled_from(PASSING), st.lists(acts, min_size=1, max_size=3).map(tuple))
first_step = st.builds(Step, st.just(timedelta()), st.tuples(puts()))
histories: st.SearchStrategy[list[Step]] = st.builds(
    lambda first, later: [first, *later], first_step, st.lists(steps, min_size=3, max_size=10)
)
