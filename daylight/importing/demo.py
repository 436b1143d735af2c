"""The demo's data into a running Daylight, through the public API. Loading it again changes nothing."""

import json
from collections.abc import Iterator
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
REAL_MONTH = FOLDER / "honolulu_2019-05.txt.gz"

DIRECTORY_CLIENT, RECORDS_CLIENT = "demo-admin", "demo-rms"
JUDGES = {"agency": "demo-supervisor", "school": "demo-principal"}
SCHOOLS_ORDER = Order(SCHOOLS, "crdc-schools", DIRECTORY_CLIENT)
REAL_MONTH_ORDER = Order(REAL_MONTH, "nibrs", RECORDS_CLIENT, time_zone="Pacific/Honolulu")
DIRECTORY_KINDS = ("agencies", "districts", "schools", "partnerships")
"""In the order in which they name each other."""
TRAINING_KINDS = ("courses", "training-plans", "officers", "assignments", "completions")


class DemoNotLoaded(Exception):
    """Something of the demo's data was not taken; the message says what."""


def load(stack: StackAddress) -> Tally:
    """Load directory, training, made-up incidents with judgements, and the real month; what became of the incidents.

    Raises DemoNotLoaded, and Unreachable and Refused of the public API.
    """
    with Journal(None) as journal:
        _load_directory(stack)
        bring_in(SCHOOLS_ORDER, stack, journal)
        _load_training(stack)
        _load_made_up(stack, journal)
        _load_judgements(stack)
        bring_in(REAL_MONTH_ORDER, stack, journal)
    if journal.tally.rejected:
        raise DemoNotLoaded("The demo's data were not taken: " + " ".join(journal.tally.lines()))
    return journal.tally


def _load_directory(stack: StackAddress) -> None:
    entries: dict[str, dict[str, Any]] = yaml.safe_load(DIRECTORY.read_text(encoding="utf-8"))
    with PublicApi(stack, DIRECTORY_CLIENT) as api:
        for kind in DIRECTORY_KINDS:
            for key, report in entries[kind].items():
                api.put(f"{stack.reporting}/v1/{kind}/{key}", report)
    with PublicApi(stack, RECORDS_CLIENT) as api:
        for key, report in entries["school_codes"].items():
            api.put(f"{stack.incidents}/v1/school-codes/{key}", report)


def _load_training(stack: StackAddress) -> None:
    records: dict[str, dict[str, Any]] = yaml.safe_load(TRAINING.read_text(encoding="utf-8"))
    with PublicApi(stack, RECORDS_CLIENT) as api:
        for kind in TRAINING_KINDS:
            for key, report in records[kind].items():
                api.put(f"{stack.training}/v1/{kind}/{key}", report)


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


def _made_up() -> Iterator[Push]:
    for row, text in enumerate(MADE_UP.read_text(encoding="utf-8").splitlines(), 1):
        line = json.loads(text)
        yield Push(row, line["incident_number"], line)
