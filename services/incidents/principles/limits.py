"""The limits that the guiding principles leave open and an installation sets: local settings, never federal ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Local limits that the rules are judged by and the clocks run for. Each is a setting of the same name.

    `late_report_days`: days from the response to the arrival of its report, after which the report is late.
    `detention_documentation_hours`: hours from the first restrictive action to the end of its documentation (P4).
    The others are in school days. `judgement_school_days`: from the arrival of the first report to a side's judgement
    (P7). `share_school_days`: from completed documentation to its acknowledgement by the school (P4).
    `review_school_days`: from the delivery of the report to a side until a person of it opens it (P7).
    """

    late_report_days: int = 30
    detention_documentation_hours: int = 12
    judgement_school_days: int = 10
    share_school_days: int = 5
    review_school_days: int = 10
