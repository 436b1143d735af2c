"""The page of flags and the rules that raise them."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from docs.generate.markdown import code, page, prose, table
from services.incidents.principles.findings import FLAG_CODES as OF_CONTACTS
from services.training.principles.findings import RULES as OF_OFFICERS
from shared.findings.flag_code import FlagCode

ABOUT = """What the guiding principles say of a contact, or of an officer, rule by rule. A flag never blocks a write and
is never deleted: it is stored beside the record, with its life (`open`, `explained`, `upheld`, `corrected`). Severity H
opens a supervisor's task, M enters the review of incidents, I informs.

A rule is a pure function in `services/incidents/principles/` or `services/training/principles/`. It answers yes, no,
or not known, and it fires on known facts alone: what is null or `unknown` makes it undetermined, unless the unknown
is what it looks for. A rule about some element of a list is raised if one element raises it, and undetermined if none
does and one cannot be judged. The codes that could not be judged are listed with what is missing. Rules of P3 and P4
speak of SROs: they are not asked of a contact whose officers all acted as something else. Rules of P5, P8 and P11 are
not asked of an officer whose personnel category says that it is no SRO. Where a rule speaks of a local setting, the
guiding principles set no limit, and the installation does; see [settings](settings.md).

Quotations are from the COPS Office's *Guiding Principles for School Resource Officer Programs* (2022)."""
PRINCIPLES = {
    "P0": "P0. What a school resource officer is",
    "P3": "P3. School discipline",
    "P4": "P4. Judicious use of law enforcement powers",
    "P5": "P5. Specialized hiring",
    "P6": "P6. Tailored evaluation and supervision",
    "P7": "P7. Transparent data and tracking system",
    "P8": "P8. Specialized training",
    "P11": "P11. Duty assignments",
    "P12": "P12. Community of practice and professional support",
    "X": "X. Whether a record can be relied on",
}
FLAG_CODES: tuple[FlagCode, ...] = (*OF_CONTACTS, *OF_OFFICERS)
HEAD = ("code", "detail", "severity", "raised where", "the guiding principles", "seen by", "version")


def rules_page() -> str:
    """Every flag by the principle that it rests on."""
    return page("Rules and flags", prose(ABOUT), *_sections())


def _sections() -> Iterator[str]:
    in_order = sorted(FLAG_CODES, key=lambda flag: list(PRINCIPLES).index(flag.principle))
    for principle, flags in groupby(in_order, key=lambda flag: flag.principle):
        yield f"## {PRINCIPLES[principle]}"
        yield table(HEAD, [_row(flag) for flag in flags])


def _row(flag: FlagCode) -> Sequence[object]:
    of_history = type(flag) is FlagCode
    found = f"{flag.found} (Raised by the history of flags.)" if of_history else flag.found
    return (
        code(flag.code),
        code(flag.detail) if flag.detail else "",
        flag.severity,
        found,
        f"“{flag.sentence}”",
        ", ".join(flag.seen_by),
        flag.version,
    )
