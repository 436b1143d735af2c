"""Those who stand on the two sides of a contact at the made-up agency's school, as their tokens describe them."""

from typing import Any

from tests.incidents.conftest import AGENCY

SCHOOL, LEA = "990000100001", "9900001"
OTHER_SCHOOL, OTHER_LEA = "990000200001", "9900002"
SCOPE = "incidents.read judgements.write"

SUPERVISOR: dict[str, Any] = {"role": "supervisor", "oris": [AGENCY], "officer_number": "2100", "scope": SCOPE}
OFFICER = SUPERVISOR | {"role": "officer", "officer_number": "4471"}
"""The officer of `HALLWAY`."""
COLLEAGUE = OFFICER | {"officer_number": "4472"}
RMS: dict[str, Any] = {"role": "agency_system", "oris": [AGENCY], "scope": SCOPE}
OTHER_RMS = RMS | {"oris": ["XX0000200"]}
STATE = RMS | {"role": "state_system", "oris": ["*"]}
PRINCIPAL: dict[str, Any] = {"role": "school_leader", "oris": [], "school_ids": [SCHOOL], "scope": SCOPE}
OTHER_PRINCIPAL = PRINCIPAL | {"school_ids": [OTHER_SCHOOL]}
DISTRICT: dict[str, Any] = {"role": "district_system", "oris": [], "lea_ids": [LEA], "scope": SCOPE}
OTHER_DISTRICT = DISTRICT | {"lea_ids": [OTHER_LEA]}
PUBLIC: dict[str, Any] = {"role": "public", "oris": [], "scope": SCOPE}
