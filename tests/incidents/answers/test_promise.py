"""Reports and patches in any order, against another way to the same promise: slow, nested and in plain text.

The model keeps the last report as it was sent, and the answers by their path. It knows nothing of vaults, of what is
kept, or of digests: what it merges is a report again.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from services.incidents.answer.layers import Layers, lay, told
from services.incidents.answer.patching import NotAnswerable
from shared.contracts.incidents import Incident, IncidentReport
from shared.records.vault import seal
from tests.incidents.answers.record import CUSTODIAN, DETENTION, RECORD, Record

Path: TypeAlias = tuple[str, ...]

MARK = "Zebulon"
"""Begins every text and name, and stands in nothing else."""
NUMBERS = {"people": "person_number", "actions": "action_number", "detention_documentation": "documentation_number"}
LISTS = {*NUMBERS, "officers", "outcomes"}
TEXTS = st.sampled_from([f"{MARK} ran.", f"{MARK} stood."])
YES_NO = st.sampled_from(["yes", "no", "unknown"])


REASON = {"code": st.sampled_from(["warrant", "consent"]), "text": TEXTS}
MADE = st.lists(st.sampled_from(["interpreter", "time", "unknown"]), max_size=2, unique=True)
RECORD_FIELDS: dict[str, Any] = {
    "on_school_grounds": YES_NO,
    "occurred_precision": st.sampled_from(["minute", "hour"]),
    "documented_at": st.sampled_from(["2026-10-05T10:20:00-07:00", "2026-10-05T10:20:00Z"]),
    "request_reason": st.sampled_from(["profanity", "dress_code"]),
    "threat": st.sampled_from([["none"], ["others"], ["unknown"], ["others", "unknown"], []]),
    "narrative": TEXTS,
}
FIELDS: dict[str, dict[str, Any]] = {
    "people": {
        "is_enrolled": YES_NO,
        "identity": {"name": TEXTS, "birth_date": st.sampled_from(["2012-03-04", "2011-03-04"])},
        "perceived": {"sex": st.sampled_from(["male", "unknown"]), "age": st.sampled_from([13, 14])},
    },
    "actions": {
        "purpose": st.sampled_from(["safety", "sanction", "unknown"]),
        "legal_basis": REASON,
        "modifications": {"needed": YES_NO, "made": MADE, "reason_none": REASON},
    },
    "detention_documentation": {"no_arrest": st.booleans(), "basis": TEXTS},
    "officers": {"officer_number": st.sampled_from(["4471", "4472", "unknown"])},
    "outcomes": {"type": st.sampled_from(["arrested", "resolved_informally"])},
}
"""What both sides speak of. None of it bears on another field, so that no answer is contradicted."""
REQUIRED: dict[str, dict[str, Any]] = {
    "people": {"involvement": st.just(["subject"])},
    "actions": {"type": st.sampled_from(["detention", "conversation"])},
    "outcomes": {"type": FIELDS["outcomes"]["type"]},
}
NOT_NULLABLE = {"on_school_grounds", "occurred_precision", "is_enrolled", "purpose", "officer_number", "sex", "needed"}


def reported(fields: dict[str, Any], required: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Parts of a report: each field said, left out or, where it may be, null."""
    optional: dict[str, Any] = {}
    for name in fields.keys() - required.keys():
        said = reported(fields[name], {}) if isinstance(fields[name], dict) else fields[name]
        optional[name] = said if name in NOT_NULLABLE else said | st.none()
    return st.fixed_dictionaries(required, optional=dict(sorted(optional.items())))


@st.composite
def reports(draw: st.DrawFn) -> dict[str, Any]:
    """Reports with some of the elements 1, 2 and 5, in any order."""
    report = {name: value for name, value in DETENTION.items() if name in {"occurred_at", "school_id", "initiated_by"}}
    report |= draw(reported(RECORD_FIELDS, {}))
    for name, fields in FIELDS.items():
        numbers = draw(st.sampled_from([[1, 2], [2, 1], [1], [5, 1, 2], [2, 5]]))
        elements = [draw(reported(fields, REQUIRED.get(name, {}))) for _ in numbers]
        own = NUMBERS.get(name)
        report[name] = [one | ({own: number} if own else {}) for one, number in zip(elements, numbers, strict=True)]
    return report


def _answers(fields: dict[str, Any], path: Path = ()) -> dict[Path, st.SearchStrategy[Any]]:
    found: dict[Path, st.SearchStrategy[Any]] = {}
    for name, values in fields.items():
        found |= _answers(values, (*path, name)) if isinstance(values, dict) else {(*path, name): values}
    return found


ANSWERS = _answers(RECORD_FIELDS) | _answers({name: {"1": one, "2": one} for name, one in FIELDS.items()})


@st.composite
def patches(draw: st.DrawFn) -> dict[str, Any]:
    """Patches with a few answers, whether or not the elements are there; some take back, one or several at once."""
    patch: dict[str, Any] = {}
    for path in draw(st.lists(st.sampled_from(sorted(ANSWERS)), min_size=1, max_size=6, unique=True)):
        depth = draw(st.sampled_from([*[len(path)] * 12, 1, 2])) if len(path) > 2 else len(path)
        back = depth < len(path) or draw(st.sampled_from([False, False, False, True]))
        holder: Any = patch
        for segment in path[: depth - 1]:
            holder = holder if holder is None else holder.setdefault(segment, {})
        if holder is not None:
            holder[path[depth - 1]] = None if back else draw(ANSWERS[path])
    return patch


@dataclass
class Model:
    """The promise, written down once more."""

    report: dict[str, Any]
    answers: dict[Path, Any] = field(default_factory=dict)
    superseded: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def put(self, report: dict[str, Any]) -> None:
        for path, answer in list(self.answers.items()):
            before, after = _look(self.report, path), _look(report, path)
            left_out = path[0] in LISTS and _look(report, path[:2]) is None
            # Left out it is `minute`, and so it was before it was first said.
            if path == ("occurred_precision",) and before is None:
                before = "minute"
            if left_out or (after not in (None, "unknown") and not _half_known(after) and after != before):
                del self.answers[path]
                self.superseded["/" + "/".join(path)] = (
                    "element_left_out" if left_out else "changed",
                    None if MARK in str(answer) or "birth_date" in path else _hashable(answer),
                )
        self.report = report

    def patch(self, patch: dict[str, Any]) -> bool:
        for name in LISTS & patch.keys():
            for number in patch[name] or ():
                if _look(self.report, (name, number)) is None:
                    return False
        for path, value in _said(patch, ()):
            self.answers = {one: answer for one, answer in self.answers.items() if one[: len(path)] != path}
            for pointer in [one for one in self.superseded if tuple(one.split("/")[1:])[: len(path)] == path]:
                del self.superseded[pointer]
            if value is not None:
                self.answers[path] = value
        return True

    def merged(self) -> IncidentReport:
        report = copy.deepcopy(self.report)
        for path, value in self.answers.items():
            holder = report
            for segment in path[:-1]:
                holder = _step(holder, segment)
            holder[path[-1]] = value
        return IncidentReport.model_validate_json(orjson.dumps(report))


def _said(patch: dict[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    for name, value in patch.items():
        yield from _said(value, (*path, name)) if isinstance(value, dict) else [((*path, name), value)]


def _step(holder: Any, segment: str) -> Any:
    """The next part of a report, made where the report has none."""
    if isinstance(holder, list):
        return holder[_index(holder, segment)]
    if holder.get(segment) is None:
        holder[segment] = {}
    return holder[segment]


def _look(report: Any, path: Path) -> Any:
    for segment in path:
        if isinstance(report, list):
            index = _index(report, segment)
            report = report[index] if index is not None else None
        else:
            report = (report or {}).get(segment)
    return report


def _index(elements: list[dict[str, Any]], number: str) -> Any:
    for index, one in enumerate(elements):
        own = next((one[name] for name in NUMBERS.values() if name in one), index + 1)
        if own == int(number):
            return index
    return None


def _half_known(value: Any) -> bool:
    return isinstance(value, list) and "unknown" in value


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def without_digests(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: without_digests(value) for name, value in document.items() if name != "sealed_digest"}
    return [without_digests(one) for one in document] if isinstance(document, list) else document


def kept(report: IncidentReport) -> Any:
    """The record that would be kept of a report that says all of it, digests aside."""
    facts = {"ori": CUSTODIAN.name, "incident_number": "1", "school_mapped": False}
    sealed = seal(report, Incident, record_id=RECORD, custodian=CUSTODIAN, facts=facts)
    return without_digests(orjson.loads(sealed.document))


def everything_answered(record: Record) -> dict[str, Any]:
    """The patch that takes back every answer, one by one."""
    patch: dict[str, Any] = {}
    for pointer in (*record.layers.answers.coded, *record.layers.answers.sealed):
        *path, last = pointer.split("/")[1:]
        holder = patch
        for segment in path:
            holder = holder.setdefault(segment, {})
        holder[last] = None
    return patch


STEPS = st.lists(st.tuples(st.just("put"), reports()) | st.tuples(st.just("patch"), patches()), min_size=2, max_size=8)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(reports(), STEPS)
def test_whatever_comes_in_whatever_order_the_record_is_as_promised(
    first: dict[str, Any], steps: list[tuple[str, dict[str, Any]]]
) -> None:
    record, model = Record(first), Model(first)
    for what, said in steps:
        if what == "put":
            record.put(said)
            model.put(said)
        else:
            assert answered(record, said) == model.patch(said)
        assert without_digests(record.document) == kept(model.merged())
        everything = orjson.dumps(told(record.layers, record.texts))
        assert in_full(IncidentReport.model_validate_json(everything)) == in_full(model.merged())
        assert record.superseded == model.superseded
        assert MARK not in lay(record.layers) + (record.layers.as_json() or "")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(reports(), STEPS)
def test_the_same_again_changes_nothing_and_all_taken_back_leaves_the_report(
    first: dict[str, Any], steps: list[tuple[str, dict[str, Any]]]
) -> None:
    record, reported = Record(first), first
    for what, said in steps:
        if what == "put":
            record.put(said)
            reported = said
        before = record.layers
        if what == "patch" and answered(record, said):
            before = record.layers
            assert answered(record, said)
            assert record.newly_sealed == {}
        assert record.layers == before
        assert Layers.below(lay(record.layers), record.layers.as_json()) == record.layers
    record.put(reported)
    record.patch(everything_answered(record))
    assert record.document == Record(reported).document
    assert record.texts.answers == {}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(reports(), patches(), reports())
def test_nothing_unknown_ever_beats_an_answer(
    first: dict[str, Any], patch: dict[str, Any], later: dict[str, Any]
) -> None:
    record = Record(first)
    answered(record, patch)
    before = record.layers.answers
    record.put(later)
    for pointer, (because, _) in record.superseded.items():
        said = _look(later, tuple(pointer.split("/")[1:]))
        assert because == "element_left_out" or (said not in (None, "unknown") and not _half_known(said))
    for pointer in (before.coded.keys() | before.sealed.keys()) - record.superseded.keys():
        assert pointer in record.layers.answers.coded or pointer in record.layers.answers.sealed


def answered(record: Record, patch: dict[str, Any]) -> bool:
    """Whether a patch is taken. The only fault that one of these can have is an element that is not there."""
    try:
        record.patch(patch)
    except NotAnswerable:
        return False
    return True


def in_full(report: IncidentReport) -> Any:
    """All that a report says, its texts among it; an identity of which nothing is known is none."""
    plain = report.model_dump(exclude_none=True, exclude={"ori", "incident_number"})
    for person in plain.get("people", ()):
        if not person.get("identity", True):
            del person["identity"]
    return plain
