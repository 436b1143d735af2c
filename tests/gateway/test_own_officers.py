"""Who serves at a school is shared with the school and its district; an officer reads what is the officer's own."""

from typing import Any

import pytest

from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, OTHER_SCHOOL, SCHOOL, SECOND_SCHOOL, Services, clock
from tests.gateway.test_officers import ANOTHER, OFFICER, concluded, finding, kept

ASSIGNMENTS = "{ assignments { totalCount edges { node { assignmentNumber officerNumber schoolIds endReason } } } }"
FLAGS = "{ officerFlags { totalCount edges { node { code officerNumber } } } }"
OWN = (
    "{ evaluations { edges { node { evaluationNumber } } } completions { edges { node { officerNumber } } }"
    " courses { totalCount } officers { edges { node { officerNumber } } }"
    " peerEvents { totalCount } clocks { edges { node { subject } } } officerFlags { edges { node { code } } } }"
)


def assigned(services: Services, *schools: str, number: str = "A-1", officer: str = OFFICER) -> Any:
    """An assignment to schools that ended, for a reason that stays with the agency."""
    said = {"ori": AGENCY, "officer_number": officer, "assignment_number": number, "start_on": "2025-08-11"}
    return services.record(
        "assignment", f"{AGENCY}/{number}", AGENCY, said | {"school_ids": list(schools), "end_reason": "promotion"}
    )


def flagged(services: Services, code: str, *schools: str, seen_by: str = "district") -> Any:
    """A flag that bears on schools."""
    document = finding(code, school_ids=list(schools), seen_by=["agency", seen_by])
    return services.record("officer_flag", f"{AGENCY}/{OFFICER}/{code}", AGENCY, document)


async def nodes(gateway: Gateway, query: str, client: str) -> list[dict[str, Any]]:
    """The nodes of the query's one field, of which there are as many as it says."""
    (found,) = (await gateway.graphql(query, client))["data"].values()
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


AT = [  # schools of the assignment, how many the district of the first school reads, and its leader
    ((SCHOOL,), 1, 1),
    ((SECOND_SCHOOL,), 1, 0),
    ((SCHOOL, SECOND_SCHOOL, OTHER_SCHOOL), 1, 1),
    ((OTHER_SCHOOL,), 0, 0),
    ((), 0, 0),
]


@pytest.mark.parametrize(("schools", "of_district", "of_school"), AT)
async def test_a_school_and_its_district_read_who_serves_there(
    gateway: Gateway, schools: tuple[str, ...], of_district: int, of_school: int
) -> None:
    await gateway.view.apply(assigned(gateway.view.services, *schools))
    assert len(await nodes(gateway, ASSIGNMENTS, "demo-sis")) == of_district
    assert len(await nodes(gateway, ASSIGNMENTS, "demo-principal")) == of_school


async def test_who_is_assigned_elsewhere_or_no_longer_kept_is_read_there_no_more(gateway: Gateway) -> None:
    services = gateway.view.services
    found = []
    for event in (
        assigned(services, SCHOOL),
        assigned(services, OTHER_SCHOOL),
        assigned(services, SCHOOL),
        services.record("assignment", f"{AGENCY}/A-1", AGENCY, None),
    ):
        await gateway.view.apply(event)
        found.append(len(await nodes(gateway, ASSIGNMENTS, "demo-principal")))
    assert found == [1, 0, 1, 0]


async def test_why_an_officer_left_stays_with_the_agency(gateway: Gateway) -> None:
    await gateway.view.apply(assigned(gateway.view.services, SCHOOL))
    answer = await gateway.graphql(ASSIGNMENTS, "demo-principal")
    (edge,) = answer["data"]["assignments"]["edges"]
    (entry,) = answer["extensions"]["ferpa"]
    assert (edge["node"]["officerNumber"], edge["node"]["endReason"]) == (OFFICER, None)
    assert (entry["path"][-1], entry["rule"]) == ("endReason", "PROGRAM-NO-PERSONNEL")
    assert (await nodes(gateway, ASSIGNMENTS, "demo-rms"))[0]["endReason"] == "promotion"


SEEN = [  # who is shown the flag, how many the district reads, and the school's leader
    ("district", 1, 0),
    ("school", 1, 1),
    ("officer", 0, 0),
]


@pytest.mark.parametrize(("seen_by", "of_district", "of_school"), SEEN)
async def test_a_flag_is_read_at_the_school_by_whom_the_rule_names(
    gateway: Gateway, seen_by: str, of_district: int, of_school: int
) -> None:
    await gateway.view.apply(flagged(gateway.view.services, "P11-X", SCHOOL, seen_by=seen_by))
    assert len(await nodes(gateway, FLAGS, "demo-sis")) == of_district
    assert len(await nodes(gateway, FLAGS, "demo-principal")) == of_school


async def test_a_flag_that_bears_on_a_school_no_more_is_read_there_no_more(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(flagged(services, "P11-X", SCHOOL))
    await gateway.view.apply(flagged(services, "P11-X"))
    assert await nodes(gateway, FLAGS, "demo-sis") == []
    assert len(await nodes(gateway, FLAGS, "demo-supervisor")) == 1


async def test_an_older_event_brings_nothing_back(gateway: Gateway) -> None:
    services = gateway.view.services
    older, newer = assigned(services, SCHOOL), assigned(services, OTHER_SCHOOL)
    await gateway.view.apply(newer)
    await gateway.view.apply(older, newer, older)
    assert await nodes(gateway, ASSIGNMENTS, "demo-sis") == []


async def test_an_officer_reads_what_is_the_officers_own_and_the_catalog(gateway: Gateway) -> None:
    services = gateway.view.services
    evaluated = {"instrument": "SRO-1", "first_on": "2025-08-11", "last_on": "2026-06-05", "evaluation_number": "E-2"}
    due = clock("P8-BASIC-40H", ANOTHER, due_on="2026-05-11")
    await gateway.view.apply(
        *kept(services),
        assigned(services, SCHOOL, number="A-2", officer=ANOTHER),
        services.record("evaluation", f"{AGENCY}/E-2", AGENCY, evaluated | {"ori": AGENCY, "officer_number": ANOTHER}),
        services.record("officer_conclusion", f"{AGENCY}/{ANOTHER}", AGENCY, concluded(due, officer=ANOTHER)),
        flagged(services, "P8-Y", seen_by="officer"),
    )
    assert (await gateway.graphql(OWN, "demo-officer"))["data"] == {
        "evaluations": {"edges": [{"node": {"evaluationNumber": "E-1"}}]},
        "completions": {"edges": [{"node": {"officerNumber": OFFICER}}]},
        "courses": {"totalCount": 1},
        "officers": {"edges": [{"node": {"officerNumber": OFFICER}}]},
        "peerEvents": {"totalCount": 1},
        "clocks": {"edges": [{"node": {"subject": f"{AGENCY}/{OFFICER}"}}]},
        "officerFlags": {"edges": [{"node": {"code": "P8-Y"}}]},
    }


async def test_the_own_file_leads_an_officer_to_no_record_of_what_happened(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(*kept(services), services.school(), *services.accepted(), services.flag())
    answer = await gateway.graphql("{ incidents { totalCount } flags { totalCount } }", "demo-officer")
    assert answer["data"] == {"incidents": None, "flags": None}
    assert {entry["rule"] for entry in answer["extensions"]["ferpa"]} == {"OFFICER-OWN-CONTACTS"}


CANDIDATES = "{ selections { edges { node { stage members { role } candidates { officerNumber } } } } }"
READ = [  # client, whether it reads the selection, whether the candidates
    ("demo-rms", True, True),
    ("demo-supervisor", True, True),
    ("demo-state", True, False),
    ("demo-oversight", True, False),
    ("demo-sis", True, False),
    ("demo-principal", True, False),
    ("demo-officer", False, False),
    ("demo-dashboard", False, False),
]


@pytest.mark.parametrize(("client", "reads", "candidates"), READ)
async def test_candidates_are_for_the_agency_and_its_committee_alone(
    gateway: Gateway, client: str, reads: bool, candidates: bool
) -> None:
    await gateway.view.apply(*kept(gateway.view.services))
    answer = await gateway.graphql(CANDIDATES, client)
    listed = answer["data"]["selections"]
    assert (listed is not None) == reads
    if listed is not None:
        (edge,) = listed["edges"]
        assert edge["node"]["members"] == [{"role": "teacher"}]
        assert (edge["node"]["candidates"] is not None) == candidates
    assert bool(answer["extensions"]["ferpa"]) != candidates


async def test_of_candidates_nothing_is_kept_for_a_district(gateway: Gateway) -> None:
    await gateway.view.apply(*kept(gateway.view.services))
    owner = await gateway.view.owner()
    kept_for = dict(
        await owner.fetch("select custodian, document ->> 'candidates' from document where kind = 'selection'")
    )
    await owner.close()
    assert kept_for.keys() == {AGENCY, SCHOOL[:7]}
    assert kept_for[SCHOOL[:7]] is None
