"""Kinds of actions that the principles speak of, as sets of codes of the list `action_type`."""

from shared.contracts.codes import code_list

EVERY_TYPE = frozenset(code_list("action_type"))
RESTRICTIVE = frozenset(
    {"detention", "handcuff", "physical_restraint", "frisk", "community_separation", "use_of_force", "arrest"}
)
"""What holds or forces a person: "wrist restraints, frisking, community separation, or other means" (P4)."""
ENFORCEMENT = RESTRICTIVE | {
    "search_person",
    "search_property",
    "seizure",
    "interrogation",
    "citation",
    "ticket",
    "court_referral",
    "charge",
}
"""What only an officer does: restrictive, or a step toward a court (P4, P7)."""
TIMELESS = frozenset({"arrest", "use_of_force", "frisk"})
"""Restrictive actions whose length is not asked for (P4)."""
TIMED = RESTRICTIVE - TIMELESS
CUSTODY = frozenset({"detention", "handcuff", "arrest"})
"""What takes a person into custody (P4)."""
DETAIN_ARREST_TICKET = frozenset({"detention", "arrest", "ticket"})
""""Prior to detaining, arresting, or ticketing a student …" (P4)."""
SCHOOL_RULES = frozenset({"enforce_school_rule", "school_sanction_imposed"})
"""What is for the school alone to do (P3)."""
