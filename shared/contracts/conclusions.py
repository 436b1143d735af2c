"""What the principles' rules conclude of an incident as a whole; what they raise one by one are flags."""

from shared.contracts.clocks import Clock
from shared.contracts.contract import Contract, IncidentNumber, Label, Ori, Time, labelled
from shared.contracts.flags import Reader

FACT, INDIRECT, STUDENT, INTERNAL = Label.FACT, Label.INDIRECT, Label.STUDENT, Label.INTERNAL


class Classification(Contract):
    """What kind of contact it was (P3): computed, and never overwritten; each side may dispute it by its judgement."""

    value: str = labelled(
        FACT, "service, engagement, criminal, safety_threat, school_discipline or undetermined: the first that holds."
    )
    inputs: tuple[str, ...] = labelled(FACT, "JSON Pointers to what it rests on, elements by their number.", ())


class Undetermined(Contract):
    """A rule that could not be judged, since something is not known."""

    code: str = labelled(FACT, "Code of the flag.")
    missing: tuple[str, ...] = labelled(FACT, "JSON Pointers to what is not known, elements by their number.", ())
    seen_by: tuple[Reader, ...] = labelled(FACT, "Who would be shown the flag, and so is shown this.", ())


class RestraintMinutes(Contract):
    """How long a restrictive action took (P4)."""

    action_number: int = labelled(FACT, "The action's number in the record.")
    minutes: float | None = labelled(FACT, "Minutes from start to end; null where one of them is not known.", None)


class Completeness(Contract):
    """How much of a detention's documentation is there (P4): parts answered of parts required."""

    action_number: int = labelled(FACT, "The detention's number among the record's actions.")
    answered: int = labelled(FACT, "Parts that are answered.")
    required: int = labelled(FACT, "Parts that are required.")


class Agreement(Contract):
    """Whether the two sides answered a question alike (P7)."""

    question: str = labelled(FACT, "911, school_involving or sro_intervening.")
    agreement: str = labelled(FACT, "agree, disagree, one_missing or undetermined.")


class Conclusion(Contract):
    """What follows from an incident, its judgements and its delivery, by the rules in force."""

    ori: Ori = labelled(FACT, "Agency that owns the incident.")
    incident_number: IncidentNumber = labelled(INDIRECT, "The incident's number in canonical form.")
    classification: Classification = labelled(FACT, "What kind of contact it was.")
    undetermined: tuple[Undetermined, ...] = labelled(FACT, "Rules that could not be judged, and what is missing.", ())
    restraint_minutes: tuple[RestraintMinutes, ...] = labelled(FACT, "For each restrictive action.", ())
    documentation: tuple[Completeness, ...] = labelled(FACT, "For each detention.", ())
    agreement: tuple[Agreement, ...] = labelled(FACT, "For each question of the judgements.", ())
    clocks: tuple[Clock, ...] = labelled(INDIRECT, "What is due, and whether it was met.", ())
    judge_again_at: Time | None = labelled(INTERNAL, "When a clock can raise a flag next; null: never.", None)
    rules_version: str = labelled(FACT, "Version of the rules and limits that it was judged by.")
