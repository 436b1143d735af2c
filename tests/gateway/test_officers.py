"""What an agency keeps of its officers: who is shown which part of it."""

from itertools import product
from typing import Any

import pytest

from gateway.kinds import TRAINING
from shared.contracts.codes import code_list
from tests.gateway.conftest import Gateway
from tests.gateway.events import AGENCY, OTHER_AGENCY, SCHOOL, Services, clock

OFFICER, ANOTHER = "4471", "4502"
TOPICS = list(code_list("sro_training_topic"))


def finding(code: str, officer: str = OFFICER, **changes: Any) -> dict[str, Any]:
    return {
        "ori": AGENCY,
        "officer_number": officer,
        "code": code,
        "severity": "M",
        "principle": code.partition("-")[0],
        "explanation": "Made up for a test.",
        "inputs": ["/sworn_on"],
        "rule_version": 1,
        "seen_by": ["agency"],
        "record": "officer",
        "record_number": officer,
        "state": "open",
        "raised_at": "2026-10-05T17:30:00Z",
        **changes,
    }


def concluded(*clocks: dict[str, Any], officer: str = OFFICER, topics: int = 2) -> dict[str, Any]:
    return {
        "ori": AGENCY,
        "officer_number": officer,
        "is_sro": "yes",
        "counted_as_sro": True,
        "topics": [{"topic": topic, "completed_on": "2026-03-01"} for topic in TOPICS[:topics]],
        "curricula": [{"curriculum": "basic_sro", "verified_hours": 40, "self_reported_hours": 0}],
        "clocks": list(clocks),
        "rules_version": "made-up",
    }


def around(services: Services, ori: str) -> list[Any]:
    """How the officer was chosen, and what the school's staff learned."""
    return [
        services.record(
            "selection_criteria",
            f"{ori}/2025-1",
            ori,
            {"ori": ori, "criteria_version": "2025-1", "adopted_on": "2025-01-06", "criteria": ["potential_harm"]},
        ),
        services.record(
            "selection",
            f"{ori}/S-1",
            ori,
            {
                "ori": ori,
                "selection_number": "S-1",
                "stage": "placement",
                "school_id": SCHOOL,
                "opened_on": "2025-03-03",
                "members": [{"member_number": "M-1", "role": "teacher"}],
                "candidates": [{"candidate_number": "K-1", "officer_number": OFFICER}],
            },
        ),
        services.record(
            "staff_training",
            f"{ori}/T-1",
            ori,
            {
                "ori": ori,
                "staff_training_number": "T-1",
                "school_id": SCHOOL,
                "school_year": "2026-27",
                "counted_on": "2026-09-14",
                "trained": 10,
            },
        ),
        *among_peers(services, ori),
    ]


def among_peers(services: Services, ori: str) -> list[Any]:
    """What the officer is to learn, whom the officer met, and what the officer belongs to."""
    named = {"ori": ori, "officer_number": OFFICER}
    return [
        services.record(
            "training_need",
            f"{ori}/N-1",
            ori,
            named | {"need_number": "N-1", "topic": "ferpa", "identified_on": "2026-02-02", "due_on": "2026-06-05"},
        ),
        services.record(
            "peer_event",
            f"{ori}/P-1",
            ori,
            {"ori": ori, "event_number": "P-1", "held_on": "2026-03-12", "officer_numbers": [OFFICER]},
        ),
        services.record(
            "membership",
            f"{ori}/M-1",
            ori,
            named | {"membership_number": "M-1", "organization": "nasro", "valid_from": "2026-01-01"},
        ),
    ]


def kept(services: Services, ori: str = AGENCY) -> list[Any]:
    """An agency's officers with a course, its completion, an assignment, a flag and what is due."""
    named = {"ori": ori, "officer_number": OFFICER}
    return [
        services.record("officer", f"{ori}/{OFFICER}", ori, named | {"sworn_on": "2015-03-02", "sworn": "yes"}),
        services.record("officer", f"{ori}/{ANOTHER}", ori, {"ori": ori, "officer_number": ANOTHER}),
        services.record("course", f"{ori}/BASIC", ori, {"ori": ori, "course_code": "BASIC", "title": "Basic"}),
        services.record(
            "completion",
            f"{ori}/C-1",
            ori,
            named
            | {"completion_number": "C-1", "course_code": "BASIC", "completed_on": "2026-03-01", "verified": True},
        ),
        services.record(
            "assignment",
            f"{ori}/A-1",
            ori,
            named | {"assignment_number": "A-1", "school_ids": [SCHOOL], "start_on": "2025-08-11"},
        ),
        services.record(
            "evaluation",
            f"{ori}/E-1",
            ori,
            named
            | {"evaluation_number": "E-1", "instrument": "SRO-1", "first_on": "2025-08-11", "last_on": "2026-06-05"},
        ),
        *around(services, ori),
        services.record("officer_flag", f"{ori}/{OFFICER}/P8-X", ori, finding("P8-X") | {"ori": ori}),
        services.record(
            "officer_conclusion",
            f"{ori}/{OFFICER}",
            ori,
            concluded(clock("P8-BASIC-40H", OFFICER, due_on="2026-05-11")) | {"ori": ori},
        ),
    ]


ASKED = [  # field, what is asked of a record                                     what is answered
    ("officers", "officerNumber swornOn", [{"officerNumber": "4471", "swornOn": "2015-03-02"}]),
    ("courses", "courseCode title", [{"courseCode": "BASIC", "title": "Basic"}]),
    (
        "completions",
        "officerNumber courseCode verified",
        [{"officerNumber": OFFICER, "courseCode": "BASIC", "verified": True}],
    ),
    ("assignments", "schoolIds startOn", [{"schoolIds": [SCHOOL], "startOn": "2025-08-11"}]),
    (
        "evaluations",
        "instrument sroSpecific closedOn",
        [{"instrument": "SRO-1", "sroSpecific": None, "closedOn": None}],
    ),
    ("selectionCriteria", "criteria adoptedOn", [{"criteria": ["potential_harm"], "adoptedOn": "2025-01-06"}]),
    ("selections", "stage schoolId", [{"stage": "placement", "schoolId": SCHOOL}]),
    ("staffTraining", "schoolId trained", [{"schoolId": SCHOOL, "trained": 10}]),
    ("trainingNeeds", "topic dueOn closedOn", [{"topic": "ferpa", "dueOn": "2026-06-05", "closedOn": None}]),
    ("peerEvents", "heldOn officerNumbers", [{"heldOn": "2026-03-12", "officerNumbers": [OFFICER]}]),
    ("memberships", "organization validTo", [{"organization": "nasro", "validTo": None}]),
    ("officerFlags", "code state", [{"code": "P8-X", "state": "open"}]),
    ("topicCoverage", "covered recommended", [{"covered": 2, "recommended": 24}]),
]


async def asked(gateway: Gateway, field: str, nodes: str, client: str) -> dict[str, Any]:
    return await gateway.graphql(f"{{ {field}(first: 1) {{ edges {{ node {{ {nodes} }} }} }} }}", client)


@pytest.mark.parametrize(("field", "nodes", "expected"), ASKED)
@pytest.mark.parametrize("client", ["demo-rms", "demo-supervisor", "demo-state"])
async def test_an_agency_reads_what_it_keeps_of_its_officers(
    gateway: Gateway, client: str, field: str, nodes: str, expected: list[dict[str, Any]]
) -> None:
    await gateway.view.apply(*kept(gateway.view.services))
    answer = await asked(gateway, field, nodes, client)
    assert [edge["node"] for edge in answer["data"][field]["edges"]] == expected


SHARED = ("assignments", "officerFlags", "selections", "staffTraining")
OF_THE_AGENCY = [field for field, _, _ in ASKED]
REFUSED = [  # client, field
    *product(("demo-other-rms", "demo-admin", "demo-dashboard", "demo-parent"), OF_THE_AGENCY),
    *product(("demo-sis", "demo-principal"), [field for field in OF_THE_AGENCY if field not in SHARED]),
]


@pytest.mark.parametrize(("client", "field"), REFUSED)
async def test_nobody_else_reads_it_and_is_told_why(gateway: Gateway, client: str, field: str) -> None:
    await gateway.view.apply(*kept(gateway.view.services))
    answer = await asked(gateway, field, "key", client)
    if client == "demo-other-rms":
        assert answer["data"][field]["edges"] == []
    else:
        assert answer["data"][field] is None
        assert [entry["path"] for entry in answer["extensions"]["ferpa"]] == [[field]]


FILTERS = [
    ("officers", f'{{officerNumber: "{ANOTHER}"}}', 1),
    ("officers", f'{{ori: "{OTHER_AGENCY}"}}', 0),
    ("completions", f'{{officerNumber: "{OFFICER}"}}', 1),
    ("completions", f'{{officerNumber: "{ANOTHER}"}}', 0),
    ("assignments", f'{{schoolId: "{SCHOOL}"}}', 1),
    ("assignments", '{schoolId: "990000100009"}', 0),
    ("officerFlags", '{state: "corrected"}', 0),
    ("officerFlags", '{code: "P8-X", severity: "M"}', 1),
]


@pytest.mark.parametrize(("field", "condition", "count"), FILTERS)
async def test_records_are_found_by_officer_and_school(
    gateway: Gateway, field: str, condition: str, count: int
) -> None:
    await gateway.view.apply(*kept(gateway.view.services))
    answer = await gateway.graphql(f"{{ {field}(filter: {condition}) {{ totalCount }} }}", "demo-rms")
    assert answer["data"][field]["totalCount"] == count


async def test_the_gaps_are_the_topics_that_are_not_covered(gateway: Gateway) -> None:
    await gateway.view.apply(*kept(gateway.view.services))
    answer = await gateway.graphql("{ topicCoverage { edges { node { gaps topics { topic } } } } }", "demo-rms")
    (edge,) = answer["data"]["topicCoverage"]["edges"]
    assert [one["topic"] for one in edge["node"]["topics"]] + edge["node"]["gaps"] == TOPICS


async def test_what_is_due_of_officers_stands_among_what_is_due_of_contacts(gateway: Gateway) -> None:
    services = gateway.view.services
    contact = clock("P3-JUDGEMENT", due_on="2026-10-19")
    await gateway.view.apply(
        *kept(services), services.school(), *services.accepted(), services.conclusion(clocks=[contact])
    )
    query = "{ clocks { edges { node { kind subject } } } }"
    answer = await gateway.graphql(query, "demo-supervisor")
    district = await gateway.graphql(query, "demo-sis")
    assert [edge["node"]["kind"] for edge in answer["data"]["clocks"]["edges"]] == ["P8-BASIC-40H", "P3-JUDGEMENT"]
    assert [edge["node"]["kind"] for edge in district["data"]["clocks"]["edges"]] == ["P3-JUDGEMENT"]


async def test_an_incident_with_the_number_of_an_officer_has_its_own_clocks_alone(gateway: Gateway) -> None:
    services = gateway.view.services
    contact = clock("P3-JUDGEMENT", OFFICER)
    await gateway.view.apply(
        *kept(services), services.school(), *services.accepted(OFFICER), services.conclusion(OFFICER, clocks=[contact])
    )
    query = f'{{ incident(ori: "{AGENCY}", incidentNumber: "{OFFICER}") {{ clocks {{ kind }} flags {{ code }} }} }}'
    answer = await gateway.graphql(query, "demo-rms")
    assert answer["data"]["incident"] == {"clocks": [{"kind": "P3-JUDGEMENT"}], "flags": []}


async def test_a_clock_that_a_newer_conclusion_of_the_officer_does_not_name_is_gone(gateway: Gateway) -> None:
    services = gateway.view.services
    await gateway.view.apply(*kept(services))
    newer = services.record("officer_conclusion", f"{AGENCY}/{OFFICER}", AGENCY, concluded())
    await gateway.view.apply(newer)
    answer = await gateway.graphql("{ clocks { totalCount } }", "demo-rms")
    assert answer["data"]["clocks"]["totalCount"] == 0


@pytest.mark.parametrize("kind", TRAINING)
async def test_each_kind_is_in_the_change_feed_where_it_is_asked_for(gateway: Gateway, kind: str) -> None:
    services = gateway.view.services
    plan = {"ori": AGENCY, "topics": [{"topic": TOPICS[0], "months": 24}]}
    await gateway.view.apply(*kept(services), services.record("training_plan", AGENCY, AGENCY, plan))
    url = f"/v1/changes?since=start&kind={kind}"
    page = (await gateway.http.get(url, headers=await gateway.headers("demo-rms"))).json()
    other = (await gateway.http.get(url, headers=await gateway.headers("demo-sis"))).json()
    assert {change["kind"] for change in page["changes"]} == {kind}
    assert other["changes"] is None


async def test_a_feed_without_a_kind_is_of_what_happened(gateway: Gateway) -> None:
    await gateway.view.apply(*kept(gateway.view.services))
    assert (await gateway.changes("demo-rms"))["changes"] == []
