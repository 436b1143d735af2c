"""What is sealed is told to whoever may have it, is recorded first, and is otherwise not told."""

from typing import Any

import pytest

from gateway.calls import Unanswered
from gateway.disclosures.tree import is_consistent
from shared.contracts.reveals import RevealCall
from tests.gateway.events import AGENCY, DISTRICT, OTHER_DISTRICT
from tests.gateway.reveals.conftest import (
    BASIS,
    CAUSE,
    FACTORS,
    NAME,
    NUMBER,
    OTHER_NAME,
    SEALED,
    URL,
    House,
)
from tests.tokens import bearer

THREAT = {"threat": "He said that he would come back with a knife.", "recipients": "Springfield police, dispatcher"}
EMERGENCY = {"purpose": "emergency", "basis": "99.31(a)(10)", **THREAT}


async def test_an_agency_learns_who_is_in_its_own_record(house: House) -> None:
    answer = await house.reveal("supervisor", person_numbers=[1, 3])
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert [(one["person_number"], (one["identity"] or {}).get("name")) for one in said["identities"]] == [
        (1, NAME),
        (3, None),
    ]
    assert OTHER_NAME not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert said["disclosure"]["rule"] == "REVEAL-AGENCY-OWN"
    assert await house.recorded(AGENCY) == [("granted", "REVEAL-AGENCY-OWN")]


async def test_a_principal_learns_whom_the_copy_is_about_on_the_basis_that_the_law_names(house: House) -> None:
    answer = await house.reveal_copy("principal", custodian="district")
    assert answer.json()["identities"][0]["identity"]["name"] == NAME
    assert answer.json()["disclosure"]["section"] == "34 CFR 99.31(a)(1)(i)(A)"
    assert await house.recorded(DISTRICT) == [("granted", "REVEAL-SCHOOL-OFFICIAL")]


async def test_documentation_that_was_delivered_is_told_and_the_narrative_stays_with_the_agency(house: House) -> None:
    documentation = await house.reveal_copy("principal", what="documentation", person_numbers=None)
    narrative = await house.reveal_copy("principal", what="narrative", person_numbers=None)
    assert documentation.json()["documentation"] == [
        {"documentation_number": 1, "basis": BASIS, "at_school_factors": FACTORS, "probable_cause_factors": CAUSE}
    ]
    assert documentation.json()["person_numbers"] == [1, 2, 3]
    assert (narrative.status_code, narrative.json()["withheld"][0]["rule"]) == (403, "NARRATIVE-STAYS")
    assert await house.recorded(DISTRICT) == [("granted", "REVEAL-SCHOOL-OFFICIAL"), ("refused", "NARRATIVE-STAYS")]


async def test_an_answer_that_lies_over_the_report_is_told(house: House) -> None:
    patch = {"detention_documentation": {"1": {"basis": "The locker's lock was broken."}}}
    headers = bearer(house.issuer) | {"Content-Type": "application/merge-patch+json"}
    assert (await house.incidents.patch(URL, json=patch, headers=headers)).status_code == 200
    answer = await house.reveal("supervisor", what="documentation", person_numbers=None)
    assert answer.json()["documentation"][0]["basis"] == "The locker's lock was broken."
    assert answer.json()["version"] == 2


@pytest.mark.parametrize(
    ("client", "asked", "custodian", "rule"),
    [
        ("other-rms", {}, AGENCY, "OTHER-AGENCY"),
        ("rms", {"custodian": DISTRICT, **EMERGENCY}, DISTRICT, "LAW-ENFORCEMENT-NO-COPY"),
    ],
    ids=["another agency", "an agency, of the district's copy"],
)
async def test_who_may_not_have_it_is_told_why_and_recorded(
    house: House, client: str, asked: dict[str, Any], custodian: str, rule: str
) -> None:
    answer = await house.reveal(client, **asked)
    assert answer.status_code == 403
    assert answer.json()["code"] == "actor-may-not-act"
    assert answer.json()["withheld"][0]["rule"] == rule
    assert answer.json()["withheld"][0]["section"].startswith("34 CFR 99.")
    assert not any(text in answer.text for text in SEALED)
    assert await house.recorded(custodian) == [("refused", rule)]


@pytest.mark.parametrize(
    ("client", "asked", "custodian"),
    [
        ("rms", {"incident_number": "HERON-2"}, AGENCY),
        ("second-principal", {"custodian": DISTRICT, "purpose": "school_duty", "basis": "99.31(a)(1)(i)(A)"}, DISTRICT),
    ],
    ids=["a record that does not exist", "a record of another school"],
)
async def test_what_is_not_there_for_somebody_is_recorded_as_refused(
    house: House, client: str, asked: dict[str, Any], custodian: str
) -> None:
    answer = await house.reveal(client, **asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert [outcome for outcome, _ in await house.recorded(custodian)] == ["refused"]


async def test_a_void_record_reveals_nothing_though_the_view_does_not_know_yet(house: House) -> None:
    headers = bearer(house.issuer)
    await house.incidents.post(f"{URL}/void", json={"reason_code": "duplicate"}, headers=headers)
    assert (await house.reveal("supervisor")).status_code == 404
    assert (await house.reveal_copy("principal")).status_code == 404


async def test_a_request_that_lacks_something_is_no_request(house: House) -> None:
    answer = await house.reveal("supervisor", person_numbers=[], custodian="district", reason=NAME)
    nobody = await house.reveal("supervisor", person_numbers=[])
    unclear = await house.reveal("supervisor", custodian="district")
    faults = [[(one["pointer"], one["code"]) for one in one.json()["errors"]] for one in (answer, nobody, unclear)]
    assert faults == [
        [("#/reason", "unknown-field")],
        [("#/person_numbers", "required-question-unanswered")],
        [("#/custodian", "invalid-value")],
    ]
    assert await house.recorded(AGENCY) == []


async def test_a_purpose_or_a_scope_that_the_client_does_not_have_is_refused(house: House) -> None:
    assert (await house.reveal("supervisor", purpose="study")).json()["code"] == "purpose-not-allowed"
    scopeless = bearer(house.issuer, "supervisor", role="supervisor", scope="records.read")
    answer = await house.gateway.post("/v1/reveals", json={}, headers=scopeless)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")
    assert (await house.gateway.post("/v1/reveals", json={})).status_code == 401


async def test_an_emergency_is_recorded_with_its_threat_and_whom_it_was_told(house: House) -> None:
    answer = await house.reveal_copy("principal", **EMERGENCY)
    assert answer.json()["disclosure"]["section"] == "34 CFR 99.36"
    (one,) = (await house.disclosures("privacy-officer")).json()["disclosures"]
    assert {name: one["details"][name] for name in THREAT} == THREAT
    assert one["recorded_under_99_32"]


async def test_nothing_is_told_or_recorded_while_the_service_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(call: RevealCall) -> None:
        raise Unanswered

    monkeypatch.setattr(house.gateway_app.state.revealing.calls, "reveal", away)
    answer = await house.reveal("supervisor")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert await house.recorded(AGENCY) == []


async def test_a_custodian_reads_who_asked_of_its_own_record_alone(house: House) -> None:
    await house.reveal("supervisor")
    await house.reveal("other-rms")
    await house.reveal_copy("principal")
    of_agency = (await house.disclosures("rms")).json()
    of_district = (await house.disclosures("privacy-officer")).json()
    assert [(one["entry"]["client"], one["entry"]["outcome"]) for one in of_agency["disclosures"]] == [
        ("supervisor", "granted"),
        ("other-rms", "refused"),
    ]
    assert [one["entry"]["client"] for one in of_district["disclosures"]] == ["principal"]
    assert of_district["heads"][0]["custodian"] == DISTRICT
    assert (await house.disclosures("other-privacy-officer")).json()["disclosures"] == []
    assert (await house.disclosures("privacy-officer", "HERON-2")).json()["disclosures"] == []


async def test_whoever_kept_a_head_is_shown_that_the_chain_goes_on_from_it(house: House) -> None:
    heads = []
    for _ in range(3):
        await house.reveal("supervisor")
        heads += (await house.disclosures("rms")).json()["heads"]
    (now,) = (await house.disclosures("rms", kept_size=2)).json()["heads"]
    roots = [bytes.fromhex(head["root"]) for head in heads]
    assert is_consistent(2, roots[1], 3, roots[2], [bytes.fromhex(node) for node in now["consistency"]])
    assert (await house.disclosures("rms", kept_size=0)).status_code == 422


async def test_who_is_no_custodian_does_not_read_who_asked(house: House) -> None:
    for client in ("other-rms", "state", "principal", "researcher", "admin"):
        answer = await house.disclosures(client)
        assert (client, answer.status_code, answer.json()["code"]) == (client, 403, "actor-may-not-act")


async def test_nothing_revealed_stands_anywhere_at_the_gateway(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.reveal("supervisor")
    await house.reveal("supervisor", what="narrative", person_numbers=None)
    await house.reveal_copy("principal", what="documentation", person_numbers=None)
    metrics = (await house.gateway.get("/metrics")).text
    listed = (await house.disclosures("rms")).text + (await house.disclosures("privacy-officer")).text
    owner = await house.view.owner()
    rows = []
    for (table,) in await owner.fetch("select tablename from pg_tables where schemaname = 'public'"):
        rows += [str(dict(row)) for row in await owner.fetch(f"select * from {table}")]
    await owner.close()
    kept = metrics + listed + caplog.text + "".join(rows)
    assert NUMBER in kept
    assert [text for text in SEALED if text in kept] == []


async def test_a_district_reveals_nothing_of_a_copy_that_it_does_not_have(house: House) -> None:
    asked = {"custodian": OTHER_DISTRICT, "purpose": "records_request", "basis": "99.31(a)(1)(i)(A)"}
    answer = await house.reveal("other-privacy-officer", **asked)
    assert answer.status_code == 404
