"""Files into the running system, by the import's own entry, and read back through the public API."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from daylight.importing import StackAddress, public_api, run
from daylight.importing.command import Order, bring_in
from daylight.importing.demo import load
from daylight.importing.files import opened
from daylight.importing.journal import UNKNOWN_DELETED, Journal, Tally
from daylight.importing.nibrs.transfer import GROUP_B_LEFT, OTHER_AGENCY_LEFT
from daylight.importing.nibrs.verdict import NOT_AT_A_SCHOOL
from daylight.importing.public_api import PublicApi, Refused
from tests.importing.flat_file import OFFENSE, REPORT, changed, line, whole
from tests.importing.places import FIGURES, HONOLULU, HONOLULU_ZONE, STAFF
from tests.running_stack import RunningStack, data_folder, running_stack

STATE = "demo-state"
"""A client that may push for every agency, so that each test has an agency of its own."""


@dataclass(frozen=True)
class Imports:
    """Imports files of one agency and reads back what is kept of it."""

    address: StackAddress
    ori: str
    folder: Path

    def bring_in(self, content: bytes, **more: Any) -> Tally:
        """Import these bytes as a file; what became of its rows."""
        file = self.folder / "month.txt"
        file.write_bytes(content)
        order = Order(file, "nibrs", **({"client": STATE, "time_zone": HONOLULU_ZONE} | more))
        with Journal(self.folder / "receipt.csv") as journal:
            bring_in(order, self.address, journal)
        return journal.tally

    def kept(self) -> list[dict[str, Any]]:
        """Every incident of the agency that is kept and not void."""
        with PublicApi(self.address, STATE) as api:
            numbers = [row["incident_number"] for row in api.inventory(self.ori) if row["result"] != "voided"]
            return [dict(api.incident(self.ori, number)) for number in numbers]

    def versions(self) -> dict[str, int]:
        """The version of every incident of the agency, void or not."""
        with PublicApi(self.address, STATE) as api:
            return {row["incident_number"]: row["version"] for row in api.inventory(self.ori)}

    def receipt(self) -> list[dict[str, str]]:
        """The rejected rows of the last import."""
        with (self.folder / "receipt.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def address(stack: RunningStack) -> StackAddress:
    return StackAddress(**stack.addresses, secrets_directory=stack.data / "secrets")


@pytest.fixture(scope="module")
def oris() -> Any:
    return (f"TT{number:07}" for number in range(1, 100))


@pytest.fixture
def imports(address: StackAddress, tmp_path: Path, oris: Any) -> Imports:
    return Imports(address, next(oris), tmp_path)


def honolulu(ori: str) -> bytes:
    """The real month as if another agency had sent it."""
    with opened(HONOLULU) as file:
        return file.read().replace(b"HI0020000", ori.encode())


def counted_apart(content: bytes) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Offences, arrest numbers and juvenile dispositions of the incidents at schools, by columns counted by hand."""
    lines = content.decode().splitlines()
    schools = {row[25:37] for row in lines if row[4] == "2" and row[44:46] in ("53", "52", "22")}
    at_school = [row for row in lines if row[25:37] in schools]
    offenses = Counter(row[37:40] for row in at_school if row[4] == "2")
    arrests = Counter(row[39:51].strip() for row in at_school if row[4] == "6")
    dispositions = Counter(row[78] for row in at_school if row[4] == "6" and row[78] != " ")
    return offenses, arrests, dispositions


def test_the_whole_month_is_stored_or_left_and_a_second_run_changes_nothing(imports: Imports) -> None:
    content = honolulu(imports.ori)
    first = imports.bring_in(content)
    assert (first.results, first.rejected) == ({"created": 157}, 0)
    assert first.left == {NOT_AT_A_SCHOOL.reason: 4090, GROUP_B_LEFT: 1220}
    before = imports.versions()

    second = imports.bring_in(content)

    assert (second.results, second.left, second.rejected) == ({"unchanged": 157}, first.left, 0)
    assert imports.versions() == before


def test_what_is_kept_of_the_month_counts_as_an_independent_script_counts_it(
    imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = honolulu(imports.ori)
    imports.bring_in(content)
    monkeypatch.setattr(public_api, "ROWS_PER_PAGE", 50)
    kept = imports.kept()
    actions = [action for record in kept for action in record.get("actions", ())]
    meanings = {"handled_within_department": "H", "referred_to_other_authorities": "R"}
    dispositions = [meanings[given] for action in actions if (given := action.get("juvenile_disposition"))]
    found = (
        Counter(conduct["code"] for record in kept for conduct in record["conduct"]),
        Counter(action["arrest_number"] for action in actions),
        Counter(dispositions),
    )
    assert found == counted_apart(content)
    assert [count.total() for count in found] == [158, 40, 37]
    assert not any("school_id" in record for record in kept)


def test_a_file_of_corrections_leaves_the_last_state_of_each_incident(imports: Imports) -> None:
    def month(*lines: bytes) -> bytes:
        return b"".join(lines).replace(b"XX0000100", imports.ori.encode())

    def report(number: str, place: str) -> list[bytes]:
        return [line("1", "I", number, **REPORT), line("2", "I", number, **(OFFENSE | {"location": place}))]

    earlier = ["CORRECTED", "DELETED", "MOVED", "SAME", "DAMAGED"]
    created = imports.bring_in(month(*(part for number in earlier for part in report(number, "53"))))
    assert created.results == {"created": 5}

    tally = imports.bring_in(
        month(
            line("1", "D", "CORRECTED", **REPORT),
            line("1", "D", "DELETED", **REPORT),
            line("1", "D", "UNHEARD-OF", **REPORT),
            *report("SAME", "53"),
            *report("MOVED", "53"),
            *report("CORRECTED", "52"),
            *report("MOVED", "13"),
            *report("NEVER", "53"),
            *report("NEVER", "13"),
            report("DAMAGED", "53")[0],
            line("2", "I", "DAMAGED", offense="13B", location="99"),
        )
    )

    assert tally.results == {"changed": 1, "voided": 2, "unchanged": 1}
    assert tally.left == {NOT_AT_A_SCHOOL.reason: 1, UNKNOWN_DELETED: 1}
    assert [(row["row"], row["field"]) for row in imports.receipt()] == [("17", "location"), ("16", "incident")]
    places = {record["incident_number"]: record["nibrs_location"] for record in imports.kept()}
    assert places == {"CORRECTED": "52", "SAME": "53", "DAMAGED": "53"}
    assert imports.versions() == {"CORRECTED": 2, "DAMAGED": 1, "DELETED": 2, "MOVED": 2, "SAME": 1}


def test_a_voided_incident_comes_back_when_it_is_reported_again(imports: Imports) -> None:
    report = b"".join(whole(offense=OFFENSE)).replace(b"XX0000100", imports.ori.encode())
    delete = line("1", "D", ori=imports.ori, **REPORT)
    assert [imports.bring_in(content).results for content in (report, delete, delete, report)] == [
        {"created": 1},
        {"voided": 1},
        {},
        {"changed": 1},
    ]


def test_a_dry_run_counts_and_stores_nothing(imports: Imports) -> None:
    tally = imports.bring_in(honolulu(imports.ori), dry_run=True)
    assert tally.results == {"created": 157}
    assert imports.versions() == {}


def test_an_agency_that_is_named_is_taken_alone(imports: Imports) -> None:
    mine = whole(offense=OFFENSE)
    content = b"".join([*mine, *mine]).replace(b"XX0000100", imports.ori.encode(), 2)
    tally = imports.bring_in(content, agency=imports.ori)
    assert (tally.results, tally.left) == ({"created": 1}, {OTHER_AGENCY_LEFT: 1})


def test_a_file_of_an_agency_that_is_not_the_clients_says_how_to_go_on(imports: Imports) -> None:
    with pytest.raises(Refused, match=f"{imports.ori}.*--agency"):
        imports.bring_in(whole(offense=OFFENSE)[0].replace(b"XX0000100", imports.ori.encode()), client="demo-rms")


def test_what_another_system_sent_is_neither_changed_nor_voided(imports: Imports) -> None:
    told: dict[str, Any] = {
        "op": "put",
        "ori": imports.ori,
        "incident_number": "26-000123",
        "occurred_at": "2026-10-05T10:12:00-10:00",
    }
    told |= {"school_id": None, "initiated_by": "sro", "officers": [{"officer_number": "4471"}], "source_system": "rms"}
    with PublicApi(imports.address, STATE) as api:
        api.push_incidents([told])
    for lines in (whole(offense=OFFENSE), [line("1", "D", **REPORT)]):
        tally = imports.bring_in(b"".join(lines).replace(b"XX0000100", imports.ori.encode()))
        assert (tally.results, tally.left.total()) == ({}, 1)
    assert [record["initiated_by"] for record in imports.kept()] == ["sro"]


def test_the_command_prints_the_counts_and_says_by_its_exit_code_how_it_went(
    imports: Imports, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(imports.folder)
    good = b"".join(whole(offense=OFFENSE)).replace(b"XX0000100", imports.ori.encode())
    bad = changed(good.splitlines(keepends=True)[0], 38, "20260231")
    (imports.folder / "good.txt").write_bytes(good)
    (imports.folder / "bad.txt").write_bytes(bad)
    codes = [
        run(Path(name), "nibrs", client=STATE, time_zone=zone, stack=imports.address)
        for name, zone in (
            ("good.txt", HONOLULU_ZONE),
            ("bad.txt", HONOLULU_ZONE),
            ("good.txt", None),
            ("none.txt", "UTC"),
        )
    ]
    assert codes == [0, 1, 2, 2]
    said = capsys.readouterr()
    assert "created 1, changed 0, unchanged 0, stale 0, voided 0, rejected 0, left 0" in said.out
    assert "bad.txt.receipt.csv: one line for each rejected row" in said.out
    assert "--time-zone" in said.err
    assert "none.txt cannot be read" in said.err


@pytest.mark.parametrize(
    ("file", "mapping", "tables"), [(FIGURES, "crdc-referrals-arrests", 16), (STAFF, "crdc-staff-restraint", 40)]
)
def test_published_figures_are_taken_and_a_second_run_changes_nothing(
    address: StackAddress, file: Path, mapping: str, tables: int
) -> None:
    runs = []
    for _ in range(2):
        with Journal(None) as journal:
            bring_in(Order(file, mapping, "demo-admin"), address, journal)
        runs.append((dict(journal.tally.results), journal.tally.rejected))
    assert runs == [({"created": tables}, 0), ({"unchanged": tables}, 0)]


def test_the_demo_is_loaded_and_loading_it_again_changes_nothing() -> None:
    with data_folder() as data, running_stack(data) as own:
        address = StackAddress(**own.addresses, secrets_directory=own.data / "secrets")
        load(address)
        again = load(address)
    assert again.results == {"unchanged": 15 + 157 + 253 + 1588}
    assert again.rejected == 0
