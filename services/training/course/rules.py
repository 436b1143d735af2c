"""What must hold between the fields of a course. Pure: no clock, no I/O."""

from collections.abc import Iterator

from services.training.record.sent import Sent
from shared.contracts import never_kept
from shared.contracts.fault import Fault
from shared.contracts.training import CourseReport


def faults(sent: Sent[CourseReport]) -> Iterator[Fault]:
    """Everything about a course that must not be stored, or stands twice."""
    course = sent.report
    for name in ("title", "provider"):
        text = getattr(course, name)
        if text is not None:
            yield from never_kept.faults_of_text(f"#/{name}", text)
    for name in ("topics", "nondiscrimination"):
        codes = getattr(course, name) or ()
        if len(set(codes)) < len(codes):
            yield Fault(f"#/{name}", "invalid-value", "Name each once.")
