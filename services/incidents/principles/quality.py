"""X: whether the record can be relied on: its codes understood, its arrival in time, itself counted once."""

from datetime import timedelta

from services.incidents.principles.case import Case
from services.incidents.principles.rule import Rule
from shared.contracts.codes import local_lists
from shared.findings.flag_code import FlagCode, Reader
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes, all_of, any_of, equals

ACCURATELY = (
    "SROs should also actively work with schools to accurately collect and report data on SRO–student interactions "
    "including arrests and referrals to law enforcement for the U.S. Department of Education’s Civil Rights Data "
    "Collection (CRDC), a mandatory biennial survey of the nation’s public schools."
)
AS_TRANSPARENT = (
    "Law enforcement agencies should develop systems to track SRO duties and activities that are as transparent to "
    "stakeholders as the law allows."
)
VAGUENESS = {"minute": timedelta(), "hour": timedelta(hours=1), "day": timedelta(days=1), NOT_KNOWN: timedelta(days=1)}
"""By how much, at most, the response began after `occurred_at`, by `occurred_precision`."""


def unmapped(code: str | None, list_name: str, pointer: str) -> Truth:
    """Whether a local code is none of those that everybody understands. Null is no code."""
    return NO if code is None or code in local_lists()[list_name] else Yes((pointer,))


def request_reason_unmapped(case: Case) -> Truth:
    """The reason of the request is a code that only the agency understands."""
    return unmapped(case.incident.request_reason, "request_reason", "/request_reason")


def conduct_unmapped(case: Case) -> Truth:
    """Some conduct under a code of conduct has a code that only the agency or the district understands."""
    conduct = ((one, f"/conduct/{one.conduct_number}") for one in case.incident.conduct or ())
    return any_of(
        *[
            all_of(
                unmapped(one.code, "school_conduct", f"{here}/code"),
                equals(one.scheme, "code_of_conduct", f"{here}/scheme"),
            )
            for one, here in conduct
        ]
    )


def alternatives_unmapped(case: Case) -> Truth:
    """Some alternative that was tried has a code that only the agency understands."""
    return any_of(
        *[
            unmapped(code, "alternatives_tried", f"/actions/{action.action_number}/alternatives_tried")
            for action in case.incident.actions or ()
            for code in action.alternatives_tried or ()
        ]
    )


def modifications_unmapped(case: Case) -> Truth:
    """Some modification that was made has a code that only the agency understands."""
    return any_of(
        *[
            unmapped(code, "modifications_made", f"/actions/{action.action_number}/modifications/made")
            for action in case.incident.actions or ()
            if action.modifications
            for code in action.modifications.made or ()
        ]
    )


def late_report(case: Case) -> Truth:
    """The first version came later after the response than the local limit allows; a correction is never late."""
    incident, limit = case.incident, timedelta(days=case.limits.late_report_days)
    passed = case.facts.accepted_at - incident.occurred_at
    if passed <= limit:
        return NO
    is_certain = passed - VAGUENESS[incident.occurred_precision] > limit
    return Yes(("/occurred_at",)) if is_certain else Unknown(("/occurred_precision",))


def possible_duplicate(case: Case) -> Truth:
    """Another record of the agency has the same officer, school and, within ten minutes, time."""
    incident, neighbours = case.incident, case.facts.neighbours
    if neighbours is None:
        officers = enumerate(incident.officers, 1)
        nameless = [f"/officers/{at}/officer_number" for at, one in officers if one.officer_number == NOT_KNOWN]
        return Unknown([*nameless, *([] if incident.school_id else ["/school_id"])] or ["/officers"])
    if incident.occurred_precision != "minute":
        return Unknown(("/occurred_precision",))
    return Yes(("/occurred_at", "/officers", "/school_id")) if neighbours else NO


UNMAPPED = {
    "request_reason": ("the reason of the request", request_reason_unmapped),
    "school_conduct": ("the code of conduct", conduct_unmapped),
    "alternatives_tried": ("alternatives that were tried", alternatives_unmapped),
    "modifications_made": ("modifications that were made", modifications_unmapped),
}
"""By local list what its codes say, and when one of the record is not in it."""

QUALITY_RULES = (
    *[
        Rule(
            code="X-UNMAPPED-CODE",
            detail=list_name,
            severity="I",
            principle="X",
            sentence=ACCURATELY,
            found=f"A local code for {what} is kept as given and maps to none that everybody understands.",
            seen_by=(Reader.SENDER,),
            raised_by=raised_by,
        )
        for list_name, (what, raised_by) in UNMAPPED.items()
    ],
    Rule(
        code="X-LATE-REPORT",
        severity="I",
        principle="X",
        sentence=ACCURATELY,
        found="More days than the local setting allows lay between the response and the arrival of its report.",
        seen_by=(Reader.SENDER, Reader.AGENCY),
        raised_by=late_report,
    ),
    Rule(
        code="X-POSSIBLE-DUPLICATE",
        severity="I",
        principle="X",
        sentence=ACCURATELY,
        found="Another report of the agency has the same officer and school, at most ten minutes apart.",
        seen_by=(Reader.SENDER,),
        raised_by=possible_duplicate,
    ),
)

CLEARED_BY_EDIT = FlagCode(
    code="X-FLAG-CLEARED-BY-EDIT",
    severity="M",
    principle="X",
    sentence=AS_TRANSPARENT,
    found="A flag of high or medium severity was open and is no more, since what it rested on was reported otherwise.",
    seen_by=(Reader.AGENCY, Reader.SCHOOL),
)
"""It is raised by a flag's history, not by what a record says, and so is no rule."""
VOID_UNDER_REVIEW = FlagCode(
    code="X-VOID-UNDER-REVIEW",
    severity="H",
    principle="X",
    sentence=AS_TRANSPARENT,
    found="The record was made void although a flag of it had been upheld.",
    seen_by=(Reader.AGENCY, Reader.DISTRICT),
)
"""It is raised by a void, when no rule is asked."""
