"""What a record leaves open: each missing or unknown answer that somebody can give, and how it is given. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.incidents.incident.pointers import NUMBERS
from services.incidents.principles.actions import CUSTODY, DETAIN_ARREST_TICKET, RESTRICTIVE, TIMED
from shared.contracts.incidents import Action, Documentation, Incident, Modifications
from shared.contracts.questions import ByRequest, OpenQuestion

ACTION_OF_OUTCOME = {
    "cited": "citation",
    "ticketed": "ticket",
    "arrested": "arrest",
    "court_referred": "court_referral",
    "diverted": "diversion",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a record can leave open: its field, its words, whom it asks, which principle asks it.

    `answer_with` is PUT where the answer is an element that the record does not have yet, since a PATCH adds none.
    """

    field: str
    words: str
    asked_of: str
    principle: str
    applies: Callable[..., bool] = lambda _: True
    answer_with: ByRequest = "PATCH"


def _school_asked(incident: Incident) -> bool:
    return incident.initiated_by == "school_personnel"


def _is_one_of(types: frozenset[str]) -> Callable[[Action], bool]:
    return lambda action: action.type in types


def _may_be_probable_cause(documentation: Documentation) -> bool:
    return documentation.no_arrest is not True


RESTRICTS = _is_one_of(RESTRICTIVE)
DETAINS = _is_one_of(DETAIN_ARREST_TICKET)

RECORD_QUESTIONS = (
    Question("initiated_by", "Who prompted the response?", "officer", "P7"),
    Question("school_id", "Which school was it? Map the agency's code, or send its NCES id.", "supervisor", "P7"),
    Question("contact_type", "Was it an incident, a service or an engagement?", "officer", "P7"),
    Question("record_purpose", "What was the record made for?", "supervisor", "P7"),
    Question("status", "Is the matter open or closed?", "officer", "P7"),
    Question("on_school_grounds", "Was it on school grounds?", "officer", "P7"),
    Question("during_school_activity", "Was it during a school activity?", "officer", "P7"),
    Question("requested_by_role", "Who at the school asked?", "officer", "P7", _school_asked),
    Question("request_reason", "Why was the officer asked?", "school", "P7", _school_asked),
    Question("request_channel", "How was the officer asked?", "officer", "P3", _school_asked),
    Question("referred_by_school_official", "Did a school official refer it to the police?", "school", "P7"),
    Question("documented_on_duty", "Was it documented inside the duty shift?", "officer", "P7"),
    Question("threat", "Was there a threat, and to whom?", "officer", "P3"),
    Question("conduct", "What is somebody said to have done?", "officer", "P3", answer_with="PUT"),
    Question("people", "Who was involved, by role and perceived facts?", "officer", "P7", answer_with="PUT"),
    Question("actions", "What did the officers do?", "officer", "P4", answer_with="PUT"),
    Question("outcomes", "How did it end for each person?", "officer", "P7", answer_with="PUT"),
)
OFFICER_QUESTIONS = (
    Question("officer_number", "Which officer was it?", "supervisor", "P7"),
    Question("capacity", "As what did the officer act: SRO, patrol, …?", "supervisor", "P0"),
)
PERSON_QUESTIONS = (
    Question("involvement", "What part did the person take?", "officer", "P7"),
    Question("is_enrolled", "Is the person enrolled at a school?", "school", "P7"),
)
ACTION_QUESTIONS = (
    Question("directed_by", "Who directed it?", "officer", "P4", RESTRICTS),
    Question("purpose", "What was it for?", "officer", "P4", RESTRICTS),
    Question("alternatives_tried", "What was tried first?", "officer", "P4", _is_one_of(RESTRICTIVE | {"ticket"})),
    Question("ended_at", "When did it end?", "officer", "P4", _is_one_of(TIMED)),
    Question("age_considered", "Was the person's age considered?", "officer", "P4", DETAINS),
    Question("size_considered", "Was the person's size considered?", "officer", "P4", DETAINS),
    Question("in_public_view", "Was it in public view?", "officer", "P4", _is_one_of(CUSTODY)),
)
MODIFICATIONS_NEEDED = Question("needed", "Was a modification for a disability needed?", "officer", "P4")
DOCUMENTATION_QUESTIONS = (
    Question("action_numbers", "Which actions does it document?", "officer", "P4"),
    Question("basis", "What was the basis of the detention?", "officer", "P4"),
    Question("at_school_factors", "Why was it done at school?", "officer", "P4"),
    Question(
        "probable_cause_factors",
        "What gave probable cause? Answer no_arrest with true where no arrest followed.",
        "officer",
        "P4",
        _may_be_probable_cause,
    ),
)
NOT_DOCUMENTED = Question(
    "detention_documentation",
    "A restrictive action is not documented: what was its basis, why at school, and what gave probable cause?",
    "officer",
    "P4",
    answer_with="PUT",
)
NOT_IN_ACTIONS = Question(
    "type", "The outcome has no action: what did the officer do, and when?", "officer", "P4", answer_with="PUT"
)


def open_questions(incident: Incident) -> Iterator[OpenQuestion]:
    """What the record leaves open. Pointers name elements by their number, so that a PATCH can be built from them."""
    yield from _asked(RECORD_QUESTIONS, incident, "")
    for pointer, officer in _elements(incident, "officers"):
        yield from _asked(OFFICER_QUESTIONS, officer, pointer)
    for pointer, person in _elements(incident, "people"):
        yield from _asked(PERSON_QUESTIONS, person, pointer)
    for pointer, action in _elements(incident, "actions"):
        yield from _asked(ACTION_QUESTIONS, action, pointer)
        if RESTRICTS(action):
            modifications = action.modifications or Modifications()
            yield from _asked((MODIFICATIONS_NEEDED,), modifications, f"{pointer}/modifications")
    for pointer, documentation in _elements(incident, "detention_documentation"):
        yield from _asked(DOCUMENTATION_QUESTIONS, documentation, pointer)
    if _leaves_undocumented(incident):
        yield _ask(NOT_DOCUMENTED, "")
    types = {action.type for action in incident.actions or ()}
    for pointer, outcome in _elements(incident, "outcomes"):
        if ACTION_OF_OUTCOME.get(outcome.type, "") not in types | {""}:
            yield _ask(NOT_IN_ACTIONS, pointer)


def is_known(answer: object) -> bool:
    """Whether an answer says something: null and `unknown` do not, nor does a list with `unknown` in it."""
    return answer is not None and answer != "unknown" and not (isinstance(answer, list | tuple) and "unknown" in answer)


def _elements(incident: Incident, name: str) -> Iterator[tuple[str, Any]]:
    """The elements of a list, each with its pointer."""
    field = NUMBERS.get(name)
    for position, element in enumerate(getattr(incident, name) or (), 1):
        yield f"/{name}/{getattr(element, field) if field else position}", element


def _leaves_undocumented(incident: Incident) -> bool:
    """Whether a restrictive action, unless it is known to be off the grounds, stands in no documentation (P4).

    Documentation that does not say which actions it is of may be of any: it is asked for these instead.
    """
    documented: set[int] = set()
    for documentation in incident.detention_documentation or ():
        if documentation.action_numbers is None:
            return False
        documented |= set(documentation.action_numbers)
    restrictive = {action.action_number for action in incident.actions or () if RESTRICTS(action)}
    return incident.on_school_grounds != "no" and not restrictive <= documented


def _asked(questions: tuple[Question, ...], element: object, pointer: str) -> Iterator[OpenQuestion]:
    for question in questions:
        if _is_open(getattr(element, question.field)) and question.applies(element):
            yield _ask(question, pointer)


def _is_open(answer: object) -> bool:
    """Whether nothing is known, or a text was not given."""
    return not is_known(answer) or answer == "none"


def _ask(question: Question, pointer: str) -> OpenQuestion:
    return OpenQuestion(
        pointer=f"{pointer}/{question.field}",
        question=question.words,
        asked_of=question.asked_of,
        answer_with=question.answer_with,
        principle=question.principle,
    )
