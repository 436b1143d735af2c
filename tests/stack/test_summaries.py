"""Summaries of the demo: each number is what a few lines over the raw file count, and each viewer has its own."""

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from daylight.importing.demo import MADE_UP, REAL_MONTH
from tests.docs.pages import blocks
from tests.running_stack import RunningStack, data_folder, running_stack
from tests.servers import wait_until

pytestmark = pytest.mark.timeout(240)
DISTRICT, AGENCY = "9900001", "XX0000100"
SCHOOL = "990000100001"
MAPPED = "MUH"
"""The agency's own code of that school, in the demo."""
YEAR = {"school_year": "2026-27"}
RECORDS: list[dict[str, Any]] = [json.loads(line) for line in MADE_UP.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningStack]:
    """A stack with the demo, once all of it is counted."""
    with data_folder() as data, running_stack(data, demo=True) as stack:
        wait_until(lambda: ask(stack, "demo-rms", ori=AGENCY).json().get("contacts") == len(RECORDS))
        wait_until(lambda: measure(ask(stack, "demo-rms", ori=AGENCY), "discipline_incidents")["status"] == "partial")
        yield stack


def ask(stack: RunningStack, client: str, etag: str | None = None, **asked: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {stack.token(client)}"} | ({"If-None-Match": etag} if etag else {})
    return httpx2.get(f"{stack.addresses['gateway']}/v1/summaries", params=YEAR | asked, headers=headers, timeout=20)


def measure(answer: httpx2.Response, name: str) -> dict[str, Any]:
    (found,) = [one for one in answer.json()["measures"] if one["measure"] == name]
    return dict(found)


def at_district(record: dict[str, Any]) -> bool:
    return str(record["school_id"]).startswith(DISTRICT) or record.get("school_code") == MAPPED


ACTIONS = {"citations": "citation", "tickets": "ticket", "arrests": "arrest", "uses_of_force": "use_of_force"}


@pytest.mark.parametrize(("client", "scope"), [("demo-sis", {"lea_id": DISTRICT}), ("demo-rms", {"ori": AGENCY})])
def test_numbers_are_what_the_raw_file_counts(demo: RunningStack, client: str, scope: dict[str, str]) -> None:
    answer = ask(demo, client, **scope)
    records = [record for record in RECORDS if "ori" in scope or at_district(record)]
    done = Counter(action["type"] for record in records for action in record.get("actions") or ())
    assert answer.json()["contacts"] == len(records)
    assert {name: measure(answer, name)["value"] for name in ACTIONS} == {n: done[t] for n, t in ACTIONS.items()}
    assert measure(answer, "searches")["value"] == done["search_person"] + done["search_property"] + done["frisk"]
    unknown = sum(record.get("actions") is None for record in records)
    assert str(unknown) in measure(answer, "arrests")["reason"]
    assert len(answer.json()["measures"]) == 14


def test_who_asked_adds_up_to_the_contacts_that_somebody_asked_for(demo: RunningStack) -> None:
    calls = measure(ask(demo, "demo-sis", lea_id=DISTRICT, by="initiated_by"), "calls_for_involvement")
    said = Counter(record["initiated_by"] for record in RECORDS if at_district(record))
    assert {part["value"]: part["count"] for part in calls["by"] if part["count"]} == {
        who: number for who, number in said.items() if who not in ("sro", "unknown")
    }
    assert sum(part["count"] for part in calls["by"]) == calls["value"]


@pytest.mark.parametrize("by", ["outcome", "offense", "race_ethnicity", "sex", "age", "english_learner", "disability"])
def test_a_total_is_the_sum_of_its_parts(demo: RunningStack, by: str) -> None:
    for one in ask(demo, "demo-rms", ori=AGENCY, by=by, period="month").json()["measures"]:
        for dimension in {part["dimension"] for part in one["by"]}:
            assert sum(part["count"] for part in one["by"] if part["dimension"] == dimension) == one["value"]


def test_terms_are_those_of_the_district(demo: RunningStack) -> None:
    calls = measure(ask(demo, "demo-sis", lea_id=DISTRICT, period="term"), "calls_for_involvement")
    assert {part["value"] for part in calls["by"]} == {"fall"}


def test_race_says_whose_it_is(demo: RunningStack) -> None:
    arrests = measure(ask(demo, "demo-rms", ori=AGENCY, by="race_ethnicity"), "arrests")
    assert {part["race_owner"] for part in arrests["by"]} == {"perceived"}


def test_both_denominators_are_there(demo: RunningStack) -> None:
    answer = ask(demo, "demo-sis", lea_id=DISTRICT).json()
    assert (answer["contacts"], answer["enrolled"]) == (13, 1200 + 595)


def test_a_summary_that_has_not_changed_is_not_sent_again(demo: RunningStack) -> None:
    first = ask(demo, "demo-sis", lea_id=DISTRICT)
    again = ask(demo, "demo-sis", etag=first.headers["etag"], lea_id=DISTRICT)
    other = ask(demo, "demo-sis", etag=first.headers["etag"], lea_id=DISTRICT, by="sex")
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)


def test_the_table_has_the_same_numbers(demo: RunningStack) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(demo, "demo-sis", lea_id=DISTRICT, format="csv", by="sex").text)))
    told = ask(demo, "demo-sis", lea_id=DISTRICT, by="sex").json()["measures"]
    assert [(row["measure"], row["value"], row["status"]) for row in rows if not row["dimension"]] == [
        (one["measure"], "" if one["value"] is None else str(one["value"]), one["status"]) for one in told
    ]
    assert sum(bool(row["dimension"]) for row in rows) == sum(len(one["by"]) for one in told)


def test_graphql_says_the_same(demo: RunningStack) -> None:
    query = """{ summary(scope: {leaId: "9900001"}, schoolYear: "2026-27", by: ["initiated_by"]) {
        contacts measures { measure value status by { dimension value count } } } }"""
    answer = httpx2.post(
        f"{demo.addresses['gateway']}/graphql",
        json={"query": query},
        headers={"Authorization": f"Bearer {demo.token('demo-sis')}"},
    ).json()["data"]["summary"]
    rest = ask(demo, "demo-sis", lea_id=DISTRICT, by="initiated_by").json()
    assert answer["contacts"] == rest["contacts"]
    for one, other in zip(answer["measures"], rest["measures"], strict=True):
        assert (one["measure"], one["value"], one["status"]) == (other["measure"], other["value"], other["status"])
        assert [part["count"] for part in one["by"]] == [part["count"] for part in other["by"]]


SHOWN = [  # who asks, for what                                     whether it is told
    ("demo-principal", {"school_id": SCHOOL}, True),
    ("demo-principal", {"school_id": "990000100002"}, False),
    ("demo-principal", {"lea_id": DISTRICT}, False),
    ("demo-sis", {"school_id": SCHOOL}, True),
    ("demo-sis", {"lea_id": "9900002"}, False),
    ("demo-sis", {"school_id": "990000200001"}, False),
    ("demo-sis", {"ori": AGENCY}, False),
    ("demo-rms", {"ori": AGENCY, "school_id": SCHOOL}, True),
    ("demo-rms", {"school_id": SCHOOL}, False),
    ("demo-rms", {"ori": "XX0000200"}, False),
    ("demo-state", {"lea_id": DISTRICT}, True),
    ("demo-admin", {"lea_id": DISTRICT}, False),
    ("demo-dashboard", {"lea_id": DISTRICT}, False),
]


@pytest.mark.parametrize(("client", "scope", "told"), SHOWN)
def test_whoever_may_read_what_is_counted_has_the_count(
    demo: RunningStack, client: str, scope: dict[str, str], told: bool
) -> None:
    answer = ask(demo, client, **scope)
    assert answer.status_code == 200
    assert (answer.json()["measures"] is not None) is told
    assert (answer.json()["withheld"] == []) is told


REFUSED = [  # what is asked                                     code
    ({}, "invalid-value"),
    ({"lea_id": "1"}, "invalid-value"),
    ({"lea_id": DISTRICT, "school_year": "2026-28"}, "invalid-value"),
    ({"lea_id": DISTRICT, "by": "student"}, "unknown-code"),
    ({"lea_id": DISTRICT, "period": "week"}, "unknown-code"),
    ({"lea_id": DISTRICT, "school_id": "990000200001"}, "invalid-value"),
]


@pytest.mark.parametrize(("asked", "code"), REFUSED)
def test_a_question_that_makes_no_sense_is_told_why(demo: RunningStack, asked: dict[str, str], code: str) -> None:
    answer = ask(demo, "demo-sis", **asked)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_year_of_which_nothing_was_reported_says_no_zero(demo: RunningStack) -> None:
    answer = ask(demo, "demo-sis", lea_id=DISTRICT, school_year="2019-20")
    assert {one["status"] for one in answer.json()["measures"]} == {"unknown", "not_collected"}
    assert {one["value"] for one in answer.json()["measures"]} == {None}


DISPARITIES = """query ($scope: SummaryScopeInput!, $owner: String!, $measure: String!) {
  disparities(scope: $scope, schoolYear: "2026-27", measure: $measure, by: "sex", raceOwner: $owner) {
    status reason raceOwner denominatorOwner notPlaced fewest
    groups { group count called { n ratio } acted { n rate ratio status } total { n ratio } }
  }
}"""


def compared(stack: RunningStack, client: str, scope: dict[str, str], owner: str, measure: str) -> dict[str, Any]:
    variables = {"scope": scope, "owner": owner, "measure": measure}
    answer = httpx2.post(
        f"{stack.addresses['gateway']}/graphql",
        json={"query": DISPARITIES, "variables": variables},
        headers={"Authorization": f"Bearer {stack.token(client)}"},
    )
    return dict(answer.json())


def sex_of(record: dict[str, Any]) -> str:
    """The sex that all subjects of a contact share."""
    subjects = [person for person in record.get("people") or () if "subject" in (person.get("involvement") or ())]
    seen = {(person.get("perceived") or {}).get("sex", "unknown") for person in subjects}
    return seen.pop() if len(seen) == 1 else "several" if seen else "unknown"


def test_groups_are_compared_by_both_denominators(demo: RunningStack) -> None:
    scope = {"schoolId": SCHOOL}
    found = compared(demo, "demo-sis", scope, "perceived", "calls_for_involvement")["data"]["disparities"]
    here = [one for one in RECORDS if one["school_id"] == SCHOOL or one.get("school_code") == MAPPED]
    contacts = Counter(sex_of(one) for one in here)
    calls = Counter(sex_of(one) for one in here if one["initiated_by"] not in ("sro", "unknown"))
    groups = {group["group"]: group for group in found["groups"]}
    assert (found["status"], found["raceOwner"], found["denominatorOwner"]) == ("counted", "perceived", "enrolled")
    for sex, enrolled in (("female", 589), ("male", 611)):
        assert (groups[sex]["count"], groups[sex]["acted"]["n"]) == (calls[sex], contacts[sex])
        assert groups[sex]["called"]["n"] == groups[sex]["total"]["n"] == enrolled
        product = groups[sex]["called"]["ratio"] * groups[sex]["acted"]["ratio"]
        assert product == pytest.approx(groups[sex]["total"]["ratio"])
    assert found["notPlaced"] == sum(calls.values()) - calls["female"] - calls["male"]


def test_nothing_is_compared_that_nobody_has_said(demo: RunningStack) -> None:
    scope = {"leaId": DISTRICT}
    for owner, measured in (("enrolled", "arrests"), ("perceived", "perception")):
        found = compared(demo, "demo-sis", scope, owner, measured)["data"]["disparities"]
        assert (found["status"], found["groups"]) == ("not_collected", [])
        assert found["reason"]


@pytest.mark.parametrize("client", ["demo-other-sis", "demo-principal", "demo-dashboard"])
def test_a_comparison_is_told_to_whom_the_counts_are(demo: RunningStack, client: str) -> None:
    answer = compared(demo, client, {"leaId": DISTRICT}, "perceived", "arrests")
    assert answer["data"]["disparities"] is None
    assert [entry["path"] for entry in answer["extensions"]["ferpa"]] == [["disparities"]]


def tied(stack: RunningStack, client: str, **asked: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {stack.token(client)}"}
    url = f"{stack.addresses['gateway']}/v1/tie-out"
    return dict(httpx2.get(url, params=YEAR | asked, headers=headers, timeout=20).json())


def test_arrests_are_tied_out_with_the_schools_cases(demo: RunningStack) -> None:
    high, *_ = tied(demo, "demo-sis", lea_id=DISTRICT, event="arrest")["schools"]
    arrests = [
        action
        for record in RECORDS
        if record["school_id"] == SCHOOL or record.get("school_code") == MAPPED
        for action in record.get("actions") or ()
        if action["type"] == "arrest"
    ]
    assert (high["school_id"], high["agency"], high["school"], high["figure"]) == (SCHOOL, len(arrests), 1, 1)
    assert (high["difference"], high["reasons"], high["unmatched"]) == (0, [], [])


def test_what_the_school_alone_counts_is_a_work_list(demo: RunningStack) -> None:
    schools = tied(demo, "demo-sis", lea_id=DISTRICT, event="referral")["schools"]
    for school in schools:
        assert sum(one["students"] for one in school["reasons"]) == school["difference"]
    left = {one["case_number"]: one["reason"] for school in schools for one in school["unmatched"]}
    assert left["HS-2026-040"] == "unexplained"


def test_graphql_ties_out_the_same(demo: RunningStack) -> None:
    query = """{ tieOut(scope: {leaId: "9900001"}, schoolYear: "2026-27", event: "referral") {
        schools { schoolId agency school figure difference reasons { reason students } } } }"""
    answer = httpx2.post(
        f"{demo.addresses['gateway']}/graphql",
        json={"query": query},
        headers={"Authorization": f"Bearer {demo.token('demo-sis')}"},
    ).json()["data"]["tieOut"]["schools"]
    rest = tied(demo, "demo-sis", lea_id=DISTRICT, event="referral")["schools"]
    assert [(one["schoolId"], one["difference"], one["reasons"]) for one in answer] == [
        (one["school_id"], one["difference"], one["reasons"]) for one in rest
    ]


@pytest.mark.parametrize("client", ["demo-rms", "demo-state", "demo-supervisor", "demo-other-sis", "demo-admin"])
def test_no_police_role_and_no_other_district_reads_what_a_school_counts(demo: RunningStack, client: str) -> None:
    answer = tied(demo, client, lea_id=DISTRICT, event="arrest")
    assert (answer["schools"], len(answer["withheld"])) == (None, 1)


@pytest.mark.parametrize("asked", [{}, {"lea_id": DISTRICT, "event": "suspension"}, {"event": "arrest"}])
def test_a_tie_out_of_nothing_is_told_why(demo: RunningStack, asked: dict[str, str]) -> None:
    assert tied(demo, "demo-sis", **asked)["status"] == 422


def crdc(stack: RunningStack, client: str, etag: str | None = None, **asked: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {stack.token(client)}"} | ({"If-None-Match": etag} if etag else {})
    url = f"{stack.addresses['gateway']}/v1/crdc/2026-27"
    return httpx2.get(url, params={"lea_id": DISTRICT} | asked, headers=headers, timeout=20)


def test_the_file_of_the_crdc_has_what_the_schools_said_and_blanks_for_what_they_did_not(demo: RunningStack) -> None:
    rows = {row["COMBOKEY"]: row for row in csv.DictReader(io.StringIO(crdc(demo, "demo-sis", format="csv").text))}
    high = rows[SCHOOL]
    assert (high["LEAID"], high["SCHID"]) == (DISTRICT, SCHOOL[7:])
    assert [high[f"TOT_DISCWODIS_REF_{sex}"] for sex in "FM"] == ["1", "2"]
    assert [high[f"TOT_DISCWDIS_REF_IDEA_{sex}"] for sex in "FM"] == ["0", "1"]
    assert [high[f"SCH_DISCWDIS_REF_504_{sex}"] for sex in "FM"] == ["", ""]
    assert [high[f"SCH_RSINSTANCES_MECH_{group}"] for group in ("WODIS", "IDEA", "504")] == ["1", "2", "0"]
    assert high["SCH_RSINSTANCES_PHYS_WODIS"] == ""
    assert (high["SCH_FTESECURITY_LEO"], high["SCH_FTESECURITY_GUA"]) == ("1.50", "")
    assert {value for row in rows.values() if row["COMBOKEY"] != SCHOOL for value in [*row.values()][3:]} == {""}


def test_each_blank_of_the_file_says_what_it_is(demo: RunningStack) -> None:
    answer = crdc(demo, "demo-sis")
    (high,) = [school for school in answer.json()["schools"] if school["school_id"] == SCHOOL]
    figures = {one["column"]: (one["value"], one["status"]) for one in high["figures"]}
    assert figures["SCH_DISCWDIS_REF_504_M"] == (None, "not_collected")
    assert figures["SCH_RSINSTANCES_PHYS_WODIS"] == (3, "partial")
    assert figures["SCH_DISCWDIS_REF_504_F"] == (None, "unknown")
    assert [*figures] == [one["column"] for one in answer.json()["columns"]]
    assert "OFFN-1" in answer.json()["not_collected"]
    assert crdc(demo, "demo-sis", etag=answer.headers["etag"]).status_code == 304


@pytest.mark.parametrize("client", ["demo-rms", "demo-state", "demo-principal", "demo-other-sis", "demo-dashboard"])
def test_nobody_but_the_district_reads_its_file(demo: RunningStack, client: str) -> None:
    for form in ("json", "csv"):
        answer = crdc(demo, client, format=form).json()
        assert (answer["schools"], len(answer["withheld"])) == (None, 1)


@pytest.mark.parametrize("asked", [{"lea_id": "1"}, {"format": "xml"}, {"school_id": SCHOOL}])
def test_a_file_of_nothing_is_told_why(demo: RunningStack, asked: dict[str, str]) -> None:
    assert crdc(demo, "demo-sis", **asked).status_code == 422


def published(demo: RunningStack, table: str) -> dict[frozenset[tuple[str, str]], int | None]:
    address = f"{demo.addresses['gateway']}/tables/{table}.json"
    cells = httpx2.get(address, follow_redirects=True, timeout=20).raise_for_status().json()["cells"]
    return {frozenset(cell["at"].items()): cell["value"] for cell in cells}


def test_a_table_of_the_real_month_is_what_the_raw_file_counts(demo: RunningStack) -> None:
    # NIBRS flat file: level [4], incident number [25:37], incident date [37:45], location of an offense [44:46].
    segments: dict[str, list[str]] = {}
    with gzip.open(REAL_MONTH, "rt", encoding="latin-1") as file:
        for line in file:
            segments.setdefault(line[25:37], []).append(line)
    ended = Counter(
        "arrested" if any(line[4] == "6" for line in lines) else "unknown"
        for lines in segments.values()
        if any(line[4] == "2" and line[44:46] in ("22", "52", "53") for line in lines)
        and any(line[4] == "1" and "20180701" <= line[37:45] <= "20190630" for line in lines)
    )
    printed = published(demo, "hi0020000-agency-contacts-2018-19")
    assert printed[frozenset()] == ended.total()
    assert {outcome: printed[frozenset({("outcome", outcome)})] for outcome in ended} == ended
    assert all(number is None or number == 0 or number >= 10 for number in printed.values())


def test_a_table_of_the_made_up_district_prints_what_is_large_enough_and_hides_the_rest(demo: RunningStack) -> None:
    said = Counter(record["initiated_by"] for record in RECORDS if at_district(record))
    printed = published(demo, "9900001-district-contacts-2026-27")
    for who, number in said.items():
        assert printed[frozenset({("initiated_by", who)})] == (number if number >= 10 else None)
    assert printed[frozenset()] in (None, said.total())


def test_the_yearly_report_is_one_query(demo: RunningStack) -> None:
    page = Path(__file__).parents[2] / "docs" / "integrators" / "yearly-report.md"
    (query,) = [block.text for block in blocks(page) if block.language == "graphql"]
    headers = {"Authorization": f"Bearer {demo.token('demo-supervisor')}"}
    asked = httpx2.post(f"{demo.addresses['gateway']}/graphql", json={"query": query}, headers=headers, timeout=20)
    report = asked.json()["data"]
    measures = {one["measure"]: one for one in report["summary"]["measures"]}
    assert report["summary"]["contacts"] == len(RECORDS)
    cited: Counter[str] = Counter()
    for record in RECORDS:
        cited[record["initiated_by"]] += sum(one["type"] == "citation" for one in record.get("actions") or ())
    by = measures["citations"]["by"]
    assert {part["value"]: part["count"] for part in by if part["dimension"] == "initiated_by" and part["count"]} == {
        who: number for who, number in cited.items() if number
    }
    assert {measures[name]["status"] for name in ("perception", "performance_feedback")} == {"not_collected"}
    assert any(one["node"]["curricula"] for one in report["topicCoverage"]["edges"])
    assert report["arrests"]["groups"]
    assert report["calls"]["groups"]
