"""What a flag says, and who is shown it: each rests on a sentence of the guiding principles."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from shared.contracts.flags import Finding


class Reader(StrEnum):
    """Who is shown a flag. The public is never shown a record's flag, only counts."""

    OFFICER = "officer"
    AGENCY = "agency"
    """The officer's supervisors."""
    SCHOOL = "school"
    """The school's leaders."""
    DISTRICT = "district"
    SENDER = "sender"
    """The records system that sent the record, for whoever runs it."""


OFFICER_AGENCY_SCHOOL = (Reader.OFFICER, Reader.AGENCY, Reader.SCHOOL)


@dataclass(frozen=True, eq=False, kw_only=True)
class FlagCode:
    """A flag as the reference documentation shows it.

    `code` and `detail` together name it, and `detail` is None where a code has no parts. `severity` is H, M or I.
    `sentence` is quoted from the guiding principles word for word; `found` says in our words what is the case where
    the flag is raised. `version` rises whenever the meaning changes, so that records judged before are judged again.
    """

    code: str
    detail: str | None = None
    severity: str
    principle: str
    sentence: str
    found: str
    seen_by: tuple[Reader, ...]
    version: int = 1

    @property
    def explanation(self) -> str:
        """What was found, and the sentence that it bears on."""
        return f"{self.found} The guiding principles: “{self.sentence}”"


@lru_cache(maxsize=10_000)
def finding(flag: FlagCode, inputs: tuple[str, ...]) -> Finding:
    """That the flag is raised, resting on these pointers."""
    return Finding(
        code=flag.code,
        detail=flag.detail,
        severity=flag.severity,
        principle=flag.principle,
        explanation=flag.explanation,
        inputs=inputs,
        rule_version=flag.version,
        seen_by=readers_of(flag),
    )


def readers_of(flag: FlagCode) -> tuple[str, ...]:
    """Who is shown a flag, as records say it."""
    return tuple(reader.value for reader in flag.seen_by)
