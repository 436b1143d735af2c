"""The demo's data into a running Daylight, through the public API. Loading it again changes nothing."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

import daylight.demo
from daylight.importing.command import Order, bring_in
from daylight.importing.journal import Journal, Tally
from daylight.importing.public_api import PublicApi
from daylight.importing.push import Push, push_all
from daylight.importing.stack import StackAddress

FOLDER = Path(daylight.demo.__file__).parent
DIRECTORY = FOLDER / "directory.yaml"
SCHOOLS = FOLDER / "crdc_schools_2020-21.csv"
MADE_UP = FOLDER / "made_up.ndjson"
JUDGEMENTS = FOLDER / "judgements.yaml"
TRAINING = FOLDER / "training.yaml"
FAMILIES = FOLDER / "families.yaml"
SCHOOL_SIDE = FOLDER / "school_side.yaml"
REAL_MONTH = FOLDER / "honolulu_2019-05.txt.gz"

DIRECTORY_CLIENT, DISTRICT_CLIENT, RECORDS_CLIENT = "demo-admin", "demo-sis", "demo-rms"
DISTRICT = "9900001"
JUDGES = {"agency": "demo-supervisor", "school": "demo-principal"}
SCHOOLS_ORDER = Order(SCHOOLS, "crdc-schools", DIRECTORY_CLIENT)
REAL_MONTH_ORDER = Order(REAL_MONTH, "nibrs", RECORDS_CLIENT, time_zone="Pacific/Honolulu")
DIRECTORY_KINDS = ("agencies", "districts", "schools", "partnerships")
"""In the order in which they name each other."""
SCHOOL_SIDE_KINDS = ("enrollment", "school-counts", "school-cases")
PUBLISHED = (
    {"design": "agency_contacts", "ori": "HI0020000", "school_year": "2018-19"},
    {"design": "district_contacts", "lea_id": DISTRICT, "school_year": "2026-27"},
)
"""The tables of the demo: of the real month, and of the made-up district."""
TRAINING_KINDS = (
    "courses",
    "training-plans",
    "officers",
    "selection-criteria",
    "selections",
    "assignments",
    "completions",
    "evaluations",
    "training-needs",
    "staff-trainings",
    "peer-events",
    "memberships",
)


class DemoNotLoaded(Exception):
    """Something of the demo's data was not taken; the message says what."""


def load(stack: StackAddress) -> Tally:
    """Load organisations, training, incidents with judgements, and the real month; what became of the incidents.

    Raises DemoNotLoaded, and Unreachable and Refused of the public API.
    """
    with Journal(None) as journal:
        _load_directory(stack)
        bring_in(SCHOOLS_ORDER, stack, journal)
        _load_kinds(stack.reporting, stack, DIRECTORY_CLIENT, SCHOOL_SIDE, ("calendars",))
        _load_kinds(stack.reporting, stack, DISTRICT_CLIENT, SCHOOL_SIDE, SCHOOL_SIDE_KINDS)
        _load_kinds(stack.training, stack, RECORDS_CLIENT, TRAINING, TRAINING_KINDS)
        _load_made_up(stack, journal)
        _load_judgements(stack)
        _load_families(stack)
        bring_in(REAL_MONTH_ORDER, stack, journal)
    if journal.tally.rejected:
        raise DemoNotLoaded("The demo's data were not taken: " + " ".join(journal.tally.lines()))
    return journal.tally


def publish(stack: StackAddress) -> None:
    """Publish the demo's tables, once all that is loaded is counted; those that are published stay as they are.

    Raises Unreachable and Refused of the public API.
    """
    with PublicApi(stack, DIRECTORY_CLIENT) as api:
        for request in PUBLISHED:
            api.publish(request)


def _load_directory(stack: StackAddress) -> None:
    _load_kinds(stack.reporting, stack, DIRECTORY_CLIENT, DIRECTORY, DIRECTORY_KINDS)
    _load_kinds(stack.incidents, stack, RECORDS_CLIENT, DIRECTORY, ("school-codes",))


def _load_kinds(service: str, stack: StackAddress, client: str, file: Path, kinds: Iterable[str]) -> None:
    """Put a file's records of these kinds, by their names in a path, one by one under their keys."""
    records: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    with PublicApi(stack, client) as api:
        for kind in kinds:
            for key, report in records[kind].items():
                api.put(f"{service}/v1/{kind}/{key}", report)


def _load_made_up(stack: StackAddress, journal: Journal) -> None:
    with PublicApi(stack, RECORDS_CLIENT) as api:
        push_all(_made_up(), api.push_incidents, journal)


def _load_judgements(stack: StackAddress) -> None:
    judged: dict[str, dict[str, Any]] = yaml.safe_load(JUDGEMENTS.read_text(encoding="utf-8"))
    for side, client in JUDGES.items():
        with PublicApi(stack, client) as api:
            for key, sides in judged.items():
                if side in sides:
                    api.put(f"{stack.incidents}/v1/incidents/{key}/judgements/{side}", sides[side])


def _load_families(stack: StackAddress) -> None:
    """Say who of the made-up records is which student, and who holds the rights over their records."""
    said = yaml.safe_load(FAMILIES.read_text(encoding="utf-8"))
    with PublicApi(stack, DISTRICT_CLIENT) as api:
        ids = {f"{one['ori']}/{one['incident_number']}": one["incident_id"] for one in api.people_to_match(DISTRICT)}
        for key, people in said["matches"].items():
            for number, report in people.items():
                api.put(f"{stack.incidents}/v1/matches/{ids[key]}/{number}", report)
        lines = [_guardianship(one, stack.gateway) for one in said["guardianships"]]
        if [answer for answer in api.push_guardianships(lines) if answer.problem]:
            raise DemoNotLoaded("The demo's guardianships were not taken.")


def _guardianship(said: dict[str, Any], issuer: str) -> dict[str, Any]:
    """A line of the demo's as it is sent: the person with the account that this installation gives."""
    line = {name: value for name, value in said.items() if name != "subject"}
    return line | {"lea_id": DISTRICT, "person": {"issuer": issuer, "subject": said["subject"]}}


def _made_up() -> Iterator[Push]:
    for row, text in enumerate(MADE_UP.read_text(encoding="utf-8").splitlines(), 1):
        line = json.loads(text)
        yield Push(row, line["incident_number"], line)
