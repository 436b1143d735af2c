"""What must hold between the fields of an event among peers. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent, future_faults
from shared.contracts.fault import Fault
from shared.contracts.peers import Lesson, PeerEventReport


def faults(sent: Sent[PeerEventReport]) -> Iterator[Fault]:
    """Everything about an event that cannot be: it is still to come, or a lesson was released by who wrote it."""
    event = sent.report
    yield from future_faults("#/held_on", event.held_on, sent.now)
    if len(set(event.officer_numbers)) < len(event.officer_numbers):
        yield Fault("#/officer_numbers", "invalid-value", "Name each officer once.")
    if event.months_between is not None and event.series is None:
        yield Fault("#/series", "required-question-unanswered", "Say which series it is one of.")
    for place, lesson in enumerate(event.lessons):
        yield from _of_lesson(f"#/lessons/{place}", lesson, sent)


def _of_lesson(pointer: str, lesson: Lesson, sent: Sent[PeerEventReport]) -> Iterator[Fault]:
    yield from future_faults(f"{pointer}/released_on", lesson.released_on, sent.now)
    if lesson.released_by == lesson.written_by:
        yield Fault(f"{pointer}/released_by", "invalid-value", "A second person releases a lesson (P12).")
    if lesson.released_on is not None and lesson.released_by is None:
        yield Fault(f"{pointer}/released_by", "required-question-unanswered", "Say who released it.")
