"""One contact as the promises say it, one act after another: no database, no versions, nobody else.

The record is the slow model's of reports and answers. What the rules find in it is asked of them from scratch; what
becomes of a flag over time is written down here once more. Possible duplicates are told apart, by `may_be_one`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson

from services.incidents.clock.rules import parts_given
from services.incidents.conclusion.rules import Around, Concluded, Rulebook, Subject, conclude
from services.incidents.incident.pointers import value_at
from shared.contracts.contract import Contract, canonical
from shared.contracts.deliveries import Delivery, Opening
from shared.contracts.incidents import Documentation
from shared.contracts.judgements import Judgement
from tests.incidents.answers.test_promise import Model, kept
from tests.incidents.conftest import AGENCY
from tests.sequences.acts import Act, Close, Judge, Lift, Patch, Put, Read, Speak, Sweep, Void

RECORD = UUID(int=1)
CLEARED, UNDER_REVIEW = "X-FLAG-CLEARED-BY-EDIT", "X-VOID-UNDER-REVIEW"
COMPARED = ("severity", "inputs", "state", "raised_at")
"""What is compared of a flag."""
Said = TypeVar("Said", Judgement, Opening)
ROLES = {"agency": "supervisor", "school": "school_leader"}
NEAR = timedelta(minutes=10)


class NotSo(Exception):
    """What was answered to an act is not what the promises say, as the contact stands."""


@dataclass
class Contact:
    """A contact and what stands around it: judgements by who keeps them, copies by district, flags by their name."""

    number: str
    model: Model | None = None
    is_void: bool = False
    source_version: int = 0
    accepted_at: datetime | None = None
    complete_since: dict[int, str] = field(default_factory=dict)
    is_closed: bool = False
    judgements: dict[str, Judgement] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    copies: dict[str, Delivery] = field(default_factory=dict)
    flags: dict[str, dict[str, Any]] = field(default_factory=dict)
    concluded: Concluded | None = None

    def live_through(self, act: Act, answer: str, at: datetime, rules: Rulebook) -> None:
        """The act happens and is answered so. Raises NotSo where the promises say another answer.

        A judgement that was contended, since the contact went to another district meanwhile, has not happened.
        """
        if isinstance(act, Judge) and answer == "Contended":
            return
        before = None if self.model is None else self.record()
        promised = self._happen(act, answer, at)
        if promised != answer:
            raise NotSo(f"{act}: {answer} instead of {promised}")
        judged = promised in ("created", "changed") or isinstance(act, Sweep)
        if judged and self.model is not None and not self.is_void:
            self._judge_anew(at, rules, before if isinstance(act, Put | Patch) else None)
        if promised == "voided":
            upheld = [name for name, flag in self.flags.items() if flag["state"] == "upheld"]
            self._raise({f"{UNDER_REVIEW}:{name}": {"severity": "H", "inputs": []} for name in upheld}, at)

    def record(self) -> dict[str, Any]:
        """The record, without digests."""
        assert self.model is not None
        document: dict[str, Any] = kept(self.model.merged()) | {"incident_number": self.number}
        for one in document.get("detention_documentation", ()):
            if since := self.complete_since.get(one["documentation_number"]):
                one["complete_since"] = since
        return document

    def standing(self) -> dict[str, Any]:
        """What stands of the contact and around it; only the record itself where it is void."""
        if self.model is None:
            return {"closed": self.is_closed}
        stands = {"closed": self.is_closed, "record": self.record(), "gave way": self.model.superseded}
        if self.is_void:
            flags = {name: flag for name, flag in self.flags.items() if name.startswith(UNDER_REVIEW)}
            return stands | {"void": True, "flags": {name: flags[name] for name in flags if self._is_upheld(name)}}
        assert self.concluded is not None
        return stands | {
            "judgements": {owner: plain(one) for owner, one in self._in_force(self.judgements).items()},
            "openings": {owner: plain(one) for owner, one in self._in_force(self.openings).items()},
            "flags": self.flags,
            "conclusion": plain(self.concluded.conclusion),
            "delivered": {lea_id: delivered(plain(one)) for lea_id, one in self.concluded.deliveries.items()},
        }

    def _happen(self, act: Act, answer: str, at: datetime) -> str:
        """What is answered to an act, whatever there is of the contact."""
        match act:
            case Close():
                vars(self).update(vars(Contact(self.number, is_closed=True)))
                return "done"
            case Lift():
                self.is_closed = False
                return "done"
            case Sweep():
                return "done"
            case Put():
                return "closed-by-order" if self.is_closed else self._put(act, answer, at)
            case _ if self.model is None:
                return "LookupError"
        return self._happen_to(act, answer, at)

    def _happen_to(self, act: Patch | Void | Judge | Speak | Read, answer: str, at: datetime) -> str:
        """What is answered to an act on a contact that there is."""
        match act:
            case Void():
                was_void, self.is_void = self.is_void, True
                return "unchanged" if was_void else "voided"
            case Speak():
                return self._speak(act)
            case Read():
                return self._read(act, at)
            case Judge() if act.side == "school" and (self.is_void or not self._district()):
                return "NotDelivered"
            case Patch() | Judge() if self.is_void:
                return "RecordIsVoid"
            case Patch():
                return self._patch(act, answer, at)
            case Judge():
                return self._judge(act, at)

    def _put(self, act: Put, answer: str, at: datetime) -> str:
        if self.model is None:
            self.model, self.source_version, self.accepted_at = Model(act.report), act.source_version, at
            self._date(at)
            return "created"
        if act.source_version < self.source_version:
            return "stale"
        before, was_void = self.record(), self.is_void
        self.model.put(act.report)
        self.source_version, self.is_void = act.source_version, False
        self._date(at)
        return "changed" if was_void else self._changed(before, answer)

    def _patch(self, act: Patch, answer: str, at: datetime) -> str:
        assert self.model is not None
        before = self.record()
        if not self.model.patch(act.answers):
            return "NotAnswerable"
        self._date(at)
        return self._changed(before, answer)

    def _changed(self, before: dict[str, Any], answer: str) -> str:
        """Whether the record changed. Where no code did, a text may have, and what was answered is believed."""
        return "changed" if self.record() != before or answer == "changed" else "unchanged"

    def _date(self, at: datetime) -> None:
        """Documentation is complete since the version in which its last part was given."""
        complete = {}
        for one in self.record().get("detention_documentation", ()):
            one.pop("complete_since", None)
            if parts_given(Documentation.model_validate(one, strict=False)):
                number = one["documentation_number"]
                complete[number] = self.complete_since.get(number) or as_json(at)
        self.complete_since = complete

    def _judge(self, act: Judge, at: datetime) -> str:
        owner = AGENCY if act.side == "agency" else self._district()
        before = self.judgements.get(owner)
        said = {"school_involving_sro_appropriate": "unknown", "sro_intervening_appropriate": "unknown"} | act.answers
        if before is not None and said.items() <= before.model_dump().items():
            return "unchanged"
        first = before.first_decided_at if before else None
        about: dict[str, Any] = said | {
            "ori": AGENCY,
            "incident_number": self.number,
            "side": act.side,
            "actor_role": ROLES[act.side],
            "decided_at": at,
            "first_decided_at": first or (at if said["would_require_911"] != "unknown" else None),
        }
        self.judgements[owner] = Judgement(**about)
        return "changed" if before else "created"

    def _speak(self, act: Speak) -> str:
        """Who upholds has the last word, until the flag is corrected."""
        flag = self.standing()["flags"].get(act.flag)
        if flag is None:
            return "LookupError"
        state = "explained" if act.word == "explain" else "upheld"
        if flag["state"] == "corrected" or (flag["state"], state) == ("upheld", "explained"):
            return "IllegalTransition"
        self.flags[act.flag] = flag | {"state": state}
        return "unchanged" if flag["state"] == state else "changed"

    def _read(self, act: Read, at: datetime) -> str:
        """The first time of each counts, and documentation is acknowledged once it has come."""
        copy = self.copies.get(self._district())
        if self.is_void or (act.side == "school" and copy is None):
            return "LookupError"
        owner = AGENCY if act.side == "agency" else self._district()
        before = self.openings.get(owner)
        opening = before or Opening(
            ori=AGENCY, incident_number=self.number, side=act.side, opened_at=at, opened_by_role=ROLES[act.side]
        )
        if act.act == "acknowledge":
            came = copy.documentation_delivered_at is not None if act.side == "school" and copy else self._documented()
            documented = opening.documentation_acknowledged_at or (at if came else None)
            times = {"acknowledged_at": opening.acknowledged_at or at, "documentation_acknowledged_at": documented}
            opening = opening.model_copy(update=times)
        self.openings[owner] = opening
        return "created" if before is None else "unchanged" if before == opening else "changed"

    def _documented(self) -> bool:
        """Whether there is documentation, and all of it is complete."""
        documentation = self.record().get("detention_documentation", ())
        return bool(documentation) and all("complete_since" in one for one in documentation)

    def _in_force(self, said: Mapping[str, Said]) -> dict[str, Said]:
        """What those said whom the contact is before now."""
        here = {AGENCY, self._district()}
        return {owner: one for owner, one in said.items() if owner in here}

    def _district(self) -> str:
        """The district of the school that the contact is at; empty where no school is known."""
        return str(self.record().get("school_id") or "")[:7]

    def _judge_anew(self, at: datetime, rules: Rulebook, before: dict[str, Any] | None) -> None:
        assert self.accepted_at is not None
        record = self.record()
        judgements = {one.side: one for one in self._in_force(self.judgements).values()}
        openings = {one.side: one for one in self._in_force(self.openings).values()}
        neighbours = () if record.get("school_id") and officers(record) else None
        subject = Subject(RECORD, 1, record, self.accepted_at, neighbours=neighbours)
        self.concluded = conclude(subject, Around(judgements, openings, {}, self.copies), rules, at)
        self.copies |= self.concluded.deliveries
        found = {name_of(flag): flag for flag in map(plain, self.concluded.flags.values())}
        self._live_on(found, at, before, record)

    def _live_on(
        self, found: dict[str, dict[str, Any]], at: datetime, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        """Flags are raised, corrected, open again; a serious one that an edit took away leaves one behind."""
        gone = {name: flag for name, flag in self.flags.items() if name not in found and not name.startswith(CLEARED)}
        left_behind = {
            f"{CLEARED}:{name}": flag["inputs"]
            for name, flag in gone.items()
            if before is not None
            and flag["state"] == "open"
            and flag["severity"] in ("H", "M")
            and any(value_at(before, pointer) != value_at(after, pointer) for pointer in flag["inputs"])
        }
        back = [name for name in self.flags if name.startswith(CLEARED) and name.partition(":")[2] in found]
        for name in (*gone, *back):
            self.flags[name] = self.flags[name] | {"state": "corrected"}
        raised = {name: {one: flag[one] for one in ("severity", "inputs")} for name, flag in found.items()}
        left = {name: {"severity": "M", "inputs": inputs} for name, inputs in left_behind.items()}
        self._raise(raised | left, at)

    def _raise(self, raised: dict[str, dict[str, Any]], at: datetime) -> None:
        """Flags hold: what is new, or was corrected, is open; what people said of the others stays."""
        for name, flag in raised.items():
            standing = self.flags.get(name, {"state": "corrected"})
            again = {"state": "open", "raised_at": as_json(at)} if standing["state"] == "corrected" else {}
            self.flags[name] = standing | flag | again

    def _is_upheld(self, under_review: str) -> bool:
        """Whether the flag was upheld of which another says that it is under review."""
        return bool(self.flags[under_review.partition(":")[2]]["state"] == "upheld")


def may_be_one(one: Contact, other: Contact) -> bool | None:
    """Whether a contact may be another one, reported twice: an officer, a school, ten minutes. None: not known."""
    if not (one.model and other.model) or one.is_void or other.is_void:
        return False
    record, near = one.record(), other.record()
    if near["occurred_precision"] != "minute" or record["occurred_precision"] != "minute":
        return False
    passed = datetime.fromisoformat(record["occurred_at"]) - datetime.fromisoformat(near["occurred_at"])
    same_school = record.get("school_id") and record["school_id"] == near.get("school_id")
    return bool(same_school and officers(record) & officers(near) and abs(passed) <= NEAR)


def officers(record: dict[str, Any]) -> set[str]:
    """The officers of a record whose number is known."""
    return {one["officer_number"] for one in record["officers"]} - {"unknown"}


def name_of(flag: dict[str, Any]) -> str:
    """A flag's code with its detail."""
    return ":".join(filter(None, (flag["code"], flag.get("detail"))))


def delivered(copy: dict[str, Any]) -> dict[str, Any]:
    """What is compared of a district's copy."""
    return {name: copy.get(name) for name in ("delivered_at", "documentation_delivered_at")}


def plain(record: Contract) -> dict[str, Any]:
    """A record as it is kept."""
    document: dict[str, Any] = orjson.loads(canonical(record.model_dump(exclude_none=True)))
    return document


def as_json(at: datetime) -> str:
    """A moment as records say it."""
    return str(orjson.loads(canonical({"at": at}))["at"])
