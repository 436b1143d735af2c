"""P3: the kind of a contact is the first that holds on known facts."""

from typing import Any

import pytest

from services.incidents.principles.findings import judge
from services.incidents.principles.limits import Limits
from tests.incidents.principles.records import ASSAULT, DRESS_CODE, FOR_THE_SCHOOL, SOMETHING, facts

EXAMPLES: list[tuple[str, dict[str, Any], str, tuple[str, ...]]] = [
    ("a service, whatever happened", {"contact_type": "service"}, "service", ("/contact_type",)),
    ("an engagement", {"contact_type": "engagement", "threat": ("weapon",)}, "engagement", ("/contact_type",)),
    ("an offence", {}, "criminal", ("/conduct/1/scheme",)),
    ("an offence, contact type unknown", {"contact_type": "unknown"}, "criminal", ("/conduct/1/scheme",)),
    ("an offence besides what is not known",
     {"conduct": (SOMETHING, ASSAULT.model_copy(update={"conduct_number": 2}))}, "criminal", ("/conduct/2/scheme",)),
    ("a threat", {"conduct": (DRESS_CODE,)}, "safety_threat", ("/threat",)),
    ("a threat and an unknown one", {"conduct": (), "threat": ("unknown", "self")}, "safety_threat", ("/threat",)),
    ("a threat, conduct not known", {"conduct": None}, "safety_threat", ("/threat",)),
    ("dress code", FOR_THE_SCHOOL, "school_discipline", ("/conduct/1/scheme", "/threat")),
    ("nothing alleged", {"conduct": (), "threat": ("none",)}, "undetermined", ("/contact_type", "/conduct", "/threat")),
    ("dress code, threat unknown", {"conduct": (DRESS_CODE,), "threat": ("unknown",)}, "undetermined",
     ("/contact_type", "/conduct", "/threat")),
    ("nothing known", {"conduct": None, "threat": None, "contact_type": "unknown"}, "undetermined",
     ("/contact_type", "/conduct", "/threat")),
]  # fmt: skip


@pytest.mark.parametrize(("story", "changes", "value", "inputs"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_classification(story: str, changes: dict[str, Any], value: str, inputs: tuple[str, ...]) -> None:
    found = judge(facts(**changes), Limits()).classification
    assert (found.value, found.inputs) == (value, inputs)
