"""What the guiding principles set, and what they leave open and an installation sets."""

from dataclasses import dataclass
from datetime import UTC, tzinfo

BASIC_HOURS = 40
"""Hours of the basic SRO course (P8)."""
BASIC_MONTHS = 9
"""Months from placement in a school to the end of the basic SRO course (P8)."""
EXPERIENCE_YEARS = 3
"""Years of experience before SRO duty (P5)."""
TENURE_SCHOOL_YEARS = 3
"""School years for which an SRO should stay at a school (P11)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Local limits that the rules are judged by. Each is a setting, never a federal limit.

    `few_campuses`: most campuses that are a few (P11). `school_year_month`: month with whose first day a school year
    begins. `summer_days`: days at either end of a school year on which no school is held, so that an assignment which
    begins or ends within them is one for the whole year. `evaluation_months`: months after which an officer is to be
    evaluated again (P6). `fit_review_months`: months after which the fit of officer and school is reviewed again (P11).
    `leader_training_months`: months in which somebody who comes to lead an SRO learns about SRO programs (P6).
    `peer_months`: months in which an SRO meets peers of other agencies (P12). `staff_trained_share`: share of a
    school's staff that is to be trained in a school year (P8). `zone`: where days begin and end.
    """

    few_campuses: int = 2
    school_year_month: int = 7
    summer_days: int = 75
    evaluation_months: int = 12
    fit_review_months: int = 12
    leader_training_months: int = 6
    peer_months: int = 12
    staff_trained_share: float = 0.8
    zone: tzinfo = UTC
