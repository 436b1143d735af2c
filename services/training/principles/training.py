"""P8: an SRO is trained for the role, in time and again."""

from collections.abc import Iterator

from services.training.principles.dossier import Case
from services.training.principles.hours import courses_of_unknown_topics, missing_for
from services.training.principles.rule import Rule, Verdict
from shared.clocks.engine import read
from shared.contracts.clocks import Clock
from shared.findings.flag_code import Reader
from shared.findings.truth import NO, Truth, Unknown, Yes

BASIC, REFRESH = "P8-BASIC-40H", "P8-TOPIC-REFRESH"
BASIC_COURSE = (
    "The COPS Office currently requires all funded SROs—no later than nine months after placement in a school—to "
    "complete a basic SRO training course with 40 hours of curriculum on the roles and responsibilities of SROs."
)
SCHEDULE = "Agencies should develop a regular schedule of training for their SROs and track training completion."


def basic_course_overdue(case: Case) -> Iterator[Verdict]:
    """Nine months after placement in a school, 40 hours of the basic course are not verified."""
    severity = "H" if case.funded_by_chp else None
    for clock in case.clocks:
        if clock.kind == BASIC:
            truth = _overdue(case, clock, "/completions", tuple(missing_for(case.dossier, "basic_sro")))
            yield Verdict("officer", case.dossier.officer_number, truth, severity=severity)


def topic_overdue(case: Case) -> Iterator[Verdict]:
    """A topic of the agency's plan was not trained again in time."""
    for clock in case.clocks:
        if clock.kind == REFRESH:
            truth = _overdue(case, clock, "/completions", tuple(courses_of_unknown_topics(case.dossier)))
            yield Verdict("officer", case.dossier.officer_number, truth, detail=clock.detail)


def _overdue(case: Case, clock: Clock, pointer: str, not_known: tuple[str, ...]) -> Truth:
    """Whether a clock is overdue; not known where what is not known may have met it, or would start it."""
    if clock.started_at is None:
        return Unknown((clock.missing or pointer, *not_known))
    if read(clock, case.today).state != "overdue":
        return NO
    return Unknown(not_known) if not_known else Yes((pointer,))


TRAINING_RULES = (
    Rule(
        code="P8-BASIC-OVERDUE",
        severity="M",
        principle="P8",
        sentence=BASIC_COURSE,
        found="Nine months after placement in a school, 40 hours of a basic SRO course are not verified. The severity "
        "is high where the COPS Hiring Program pays.",
        seen_by=(Reader.OFFICER, Reader.AGENCY, Reader.DISTRICT),
        judged=basic_course_overdue,
    ),
    Rule(
        code="P8-TOPIC-GAP",
        severity="I",
        principle="P8",
        sentence=SCHEDULE,
        found="A topic of the agency's training plan was not trained again in time; the detail names it.",
        seen_by=(Reader.OFFICER, Reader.AGENCY),
        judged=topic_overdue,
    ),
)
