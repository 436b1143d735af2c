"""Reads what is known of officers, and writes what follows from it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from services.training.assignment.tables import ASSIGNMENT
from services.training.completion.tables import COMPLETION
from services.training.conclusion.rules import conclude, conclusion_id, day_of, name_of
from services.training.conclusion.tables import OFFICER_CONCLUSION
from services.training.evaluation.tables import EVALUATION
from services.training.flag.tables import OFFICER_FLAG
from services.training.membership.tables import MEMBERSHIP
from services.training.officer.tables import OFFICER
from services.training.principles.dossier import Colleague, Dossier
from services.training.principles.limits import Limits
from services.training.training_need.tables import TRAINING_NEED
from shared.contracts.contract import Contract
from shared.contracts.evaluations import Evaluation
from shared.contracts.officer_conclusions import OfficerFlag
from shared.contracts.peers import Membership, PeerEvent
from shared.contracts.record import LIVE
from shared.contracts.selections import Selection
from shared.contracts.staff_training import StaffTraining
from shared.contracts.training import Assignment, Completion, Course, Officer, TrainingPlan
from shared.contracts.training_needs import TrainingNeed
from shared.records import keep
from shared.records.database import Connection
from shared.records.following import Standing, Wanted, become
from shared.records.keep import Draft, Kind
from shared.records.log import Position

OF_ONE = (OFFICER, ASSIGNMENT, COMPLETION, EVALUATION, TRAINING_NEED, MEMBERSHIP)
KINDS = {kind.name: kind for kind in (*OF_ONE, OFFICER_FLAG, OFFICER_CONCLUSION)}
ENOUGH_OTHERS = 20
"""Assignments of an agency by which it is told whether one of its SROs is alone."""
FEW_SROS = 2
"""Up to how many SROs an agency has among whom one may be alone when another comes or leaves."""
AROUND = " union all ".join(
    f"select '{name}' as kind, about, id, key, owner, version, state, document::text as document"
    f" from {kind.table} where about = any($1)"
    for name, kind in KINDS.items()
)
SUPERVISED = """
select led_by, key, document::text as document from officer
where led_by = any($1) and state = 'live' and id is distinct from $2
order by key
"""
SERVING = """
select about, document::text as document from assignment
where about = any($1) and state = 'live' and id is distinct from $2
"""
OTHERS = """
select agency.ori, one.about, one.document::text as document, officer.document::text as officer
from unnest($1::text[]) as agency (ori)
cross join lateral (
    select about, document, start_on from assignment
    where owner = agency.ori and state = 'live' and id is distinct from $3
        and (document ->> 'end_on' is null or document ->> 'end_on' >= $2)
    order by start_on
    limit $4
) as one
left join officer on officer.key = one.about and officer.state = 'live' and officer.id is distinct from $3
order by agency.ori, one.start_on, one.about
"""
NAMING = """
select named.key as about, one.document::text as document
from unnest($1::text[], $2::text[], $3::text[]) as named (key, ori, officer_number)
join {table} as one on one.owner = named.ori and one.{column} ? named.officer_number
    and one.state = 'live' and one.id is distinct from $4
order by one.key
"""
ATTENDED = NAMING.format(table="peer_event", column="attended")
SELECTED = NAMING.format(table="selection", column="selected")
STAFF_TRAININGS = """
select named.key as about, one.document::text as document
from unnest($1::text[], $2::text[], $3::text[]) as named (key, ori, school_id)
join staff_training as one on one.owner = named.ori and one.school_id = named.school_id
    and one.state = 'live' and one.id is distinct from $4
order by one.key
"""
LEADERS = "select distinct led_by from officer where key = any($1) and state = 'live' and led_by is not null"
LIVE_DOCUMENTS = "select key, document::text as document from {} where key = any($1) and state = 'live'"
HOLD = """
insert into judge_again (about) select about from unnest($1::text[]) as about order by about
on conflict (about) do update set about = excluded.about
"""
OFFICERS = """
select key from officer_conclusion
where ($1::text[] is null or owner = any($1)) and ($2::text is null or key = owner || $2) and key >= $3
  and state = 'live'
order by key
limit $4
"""
C = TypeVar("C", bound=Contract)


@dataclass(slots=True)
class Known:
    """What is known of one officer: the live records, and what followed from them up to now."""

    dossier: Dossier
    flags: dict[UUID, OfficerFlag] = field(default_factory=dict)
    following: dict[str, list[Standing]] = field(default_factory=dict)

    @property
    def is_anybody(self) -> bool:
        """Whether any live record speaks of the officer."""
        dossier = self.dossier
        of_one = (dossier.assignments, dossier.completions, dossier.evaluations, dossier.training_needs)
        naming = (dossier.peer_events, dossier.memberships, dossier.selections)
        return dossier.officer is not None or any(of_one) or any(naming)


async def hold(connection: Connection, officers: Iterable[str]) -> None:
    """Have officers judged again, and let nobody else judge them until the transaction ends."""
    if wanted := sorted(officers):
        await connection.execute(HOLD, wanted)


async def leaders(connection: Connection, officers: Collection[str]) -> set[str]:
    """Keys of those who lead officers: what they are to know follows from whom they lead (P6)."""
    return {row["led_by"] for row in await connection.fetch(LEADERS, list(officers))} if officers else set()


async def few_sros(connection: Connection, officers: Collection[str], day: date) -> set[str]:
    """Keys of the officers assigned by agencies that have so few that one may now be alone, or no longer (P12)."""
    serving = await _serving(connection, {_agency(about) for about in officers}, day, None)
    few = (those for those in serving.values() if len(those) <= FEW_SROS)
    return {about for those in few for about in those}


async def judge_held(
    connection: Connection, officers: Collection[str], limits: Limits, *, by: str, at: datetime
) -> str | None:
    """Write what follows from the records of officers who are held; where in the log the last of it stands, if any."""
    if not officers:
        return None
    drafts = follow(await known(connection, officers, day_of(at, limits)), limits, at)
    positions: list[str] = []
    for kind in KINDS.values():
        mine = [draft for of_kind, draft in drafts if of_kind is kind]
        positions += (await keep.write(connection, kind, mine, by=by, at=at)).values()
    await connection.execute("delete from judge_again where about = any($1)", list(officers))
    return str(max(map(Position.parse, positions))) if positions else None


async def known(
    connection: Connection, officers: Collection[str], day: date, *, without: UUID | None = None
) -> dict[str, Known]:
    """What is known of officers on a day, by key; `without` is a record that is about to be void."""
    rows: dict[str, dict[str, list[Standing]]] = {about: {} for about in officers}
    for row in await connection.fetch(AROUND, list(officers)):
        kind, about, *standing = row
        rows[about].setdefault(kind, []).append(Standing(*standing))
    live = {
        about: {
            kind: [one for one in those if one.state == LIVE and one.id != without] for kind, those in kinds.items()
        }
        for about, kinds in rows.items()
    }
    completions = {about: _parsed(Completion, kinds, COMPLETION) for about, kinds in live.items()}
    named = {f"{one.ori}/{one.course_code}" for those in completions.values() for one in those}
    courses = await _documents(connection, Course, "course", named)
    agencies = {_agency(about) for about in officers}
    plans = await _documents(connection, TrainingPlan, "training_plan", agencies)
    supervised = await _supervised(connection, officers, without)
    attended = await _naming(connection, ATTENDED, PeerEvent, officers, without)
    selected = await _naming(connection, SELECTED, Selection, officers, without)
    serving = await _serving(connection, agencies, day, without)
    schools = {about: _schools(kinds) for about, kinds in live.items()}
    staff = await _staff_trainings(connection, schools, without)
    return {
        about: Known(
            replace(
                _dossier(about, kinds, completions[about], courses, plans),
                selections=tuple(selected[about]),
                staff_trainings=tuple(staff[about]),
                peer_events=tuple(attended[about]),
                supervised=tuple(supervised[about]),
                others=tuple(one for key, one in serving[_agency(about)].items() if key != about),
            ),
            {one.id: OfficerFlag.model_validate_json(one.document) for one in rows[about].get(OFFICER_FLAG.name, ())},
            {kind.name: rows[about].get(kind.name, []) for kind in (OFFICER_FLAG, OFFICER_CONCLUSION)},
        )
        for about, kinds in live.items()
    }


def follow(found: Mapping[str, Known], limits: Limits, at: datetime) -> list[tuple[Kind, Draft]]:
    """Draft what follows from officers' records; nothing is drafted for what stays as it is."""
    drafts: list[tuple[Kind, Draft]] = []
    for about, one in found.items():
        flags, conclusions = _wanted(about, one, limits, at)
        drafts += [(OFFICER_FLAG, draft) for draft in become(one.following[OFFICER_FLAG.name], flags)]
        drafts += [(OFFICER_CONCLUSION, draft) for draft in become(one.following[OFFICER_CONCLUSION.name], conclusions)]
    return drafts


async def list_officers(
    connection: Connection, oris: Sequence[str] | None, *, officer_number: str | None, begins_with: str, limit: int
) -> list[str]:
    """Keys of officers of whom anything is known, from `begins_with` on; of every agency where `oris` is None."""
    rows: list[asyncpg.Record] = await connection.fetch(
        OFFICERS, oris, officer_number and f"/{officer_number}", begins_with, limit
    )
    return [row["key"] for row in rows]


def _wanted(about: str, one: Known, limits: Limits, at: datetime) -> tuple[Wanted, Wanted]:
    if not one.is_anybody:
        return {}, {}
    ori = one.dossier.ori
    concluded = conclude(one.dossier, one.flags, limits, day_of(at, limits))
    flags = {key: (f"{about}/{name_of(flag)}", ori, flag) for key, flag in concluded.flags.items()}
    return flags, {conclusion_id(about): (about, ori, concluded.conclusion)}


def _dossier(
    about: str,
    kinds: Mapping[str, Sequence[Standing]],
    completions: Sequence[Completion],
    courses: Mapping[str, Course],
    plans: Mapping[str, TrainingPlan],
) -> Dossier:
    ori, _, officer_number = about.partition("/")
    assignments = _parsed(Assignment, kinds, ASSIGNMENT)
    plan = plans.get(ori)
    return Dossier(
        ori=ori,
        officer_number=officer_number,
        officer=next(iter(_parsed(Officer, kinds, OFFICER)), None),
        assignments=tuple(sorted(assignments, key=lambda one: (one.start_on, one.assignment_number))),
        completions=tuple(sorted(completions, key=lambda one: (one.completed_on, one.completion_number))),
        evaluations=tuple(
            sorted(_parsed(Evaluation, kinds, EVALUATION), key=lambda one: (one.last_on, one.evaluation_number))
        ),
        training_needs=tuple(_parsed(TrainingNeed, kinds, TRAINING_NEED)),
        memberships=tuple(_parsed(Membership, kinds, MEMBERSHIP)),
        courses={
            one.course_code: courses[key] for one in completions if (key := f"{ori}/{one.course_code}") in courses
        },
        planned={one.topic: one.months for one in plan.topics} if plan else {},
    )


async def _supervised(
    connection: Connection, officers: Collection[str], without: UUID | None
) -> dict[str, list[Colleague]]:
    """Those who name an officer as their supervisor, with their assignments, by the supervisor's key."""
    rows = await connection.fetch(SUPERVISED, list(officers), without)
    assignments: dict[str, list[Assignment]] = {row["key"]: [] for row in rows}
    for row in await connection.fetch(SERVING, list(assignments), without) if assignments else ():
        assignments[row["about"]].append(Assignment.model_validate_json(row["document"]))
    found: dict[str, list[Colleague]] = {about: [] for about in officers}
    for row in rows:
        officer = Officer.model_validate_json(row["document"])
        found[row["led_by"]].append(Colleague(officer.officer_number, officer, tuple(assignments[row["key"]])))
    return found


async def _naming(
    connection: Connection, statement: str, contract: type[C], officers: Collection[str], without: UUID | None
) -> dict[str, list[C]]:
    """The records that name an officer among others, by the officer's key."""
    agencies, numbers = [_agency(about) for about in officers], [about.partition("/")[2] for about in officers]
    rows = await connection.fetch(statement, list(officers), agencies, numbers, without)
    found: dict[str, list[C]] = {about: [] for about in officers}
    for row in rows:
        found[row["about"]].append(contract.model_validate_json(row["document"]))
    return found


async def _staff_trainings(
    connection: Connection, schools: Mapping[str, Collection[str]], without: UUID | None
) -> dict[str, list[StaffTraining]]:
    """Counts of trained staff at the schools of officers, by the officer's key."""
    named = [(about, _agency(about), school_id) for about, those in schools.items() for school_id in those]
    rows = await connection.fetch(STAFF_TRAININGS, *map(list, zip(*named, strict=True)), without) if named else ()
    found: dict[str, list[StaffTraining]] = {about: [] for about in schools}
    for row in rows:
        found[row["about"]].append(StaffTraining.model_validate_json(row["document"]))
    return found


def _schools(kinds: Mapping[str, Sequence[Standing]]) -> set[str]:
    return {school_id for one in _parsed(Assignment, kinds, ASSIGNMENT) for school_id in one.school_ids or ()}


async def _serving(
    connection: Connection, agencies: Collection[str], day: date, without: UUID | None
) -> dict[str, dict[str, Colleague]]:
    """Of each agency the officers who were assigned first and whose assignment is not over: enough to know of a few."""
    rows = await connection.fetch(OTHERS, list(agencies), day.isoformat(), without, ENOUGH_OTHERS)
    found: dict[str, dict[str, Colleague]] = {ori: {} for ori in agencies}
    for row in rows:
        about, of_agency = row["about"], found[row["ori"]]
        if about not in of_agency:
            officer = Officer.model_validate_json(row["officer"]) if row["officer"] else None
            of_agency[about] = Colleague(about.partition("/")[2], officer)
        assignment = Assignment.model_validate_json(row["document"])
        of_agency[about] = replace(of_agency[about], assignments=(*of_agency[about].assignments, assignment))
    return found


def _agency(about: str) -> str:
    """The agency of an officer, by the officer's key."""
    return about.partition("/")[0]


def _parsed(contract: type[C], kinds: Mapping[str, Sequence[Standing]], kind: Kind) -> list[C]:
    return [contract.model_validate_json(one.document) for one in kinds.get(kind.name, ())]


async def _documents(connection: Connection, contract: type[C], table: str, keys: Collection[str]) -> dict[str, C]:
    rows: list[Any] = await connection.fetch(LIVE_DOCUMENTS.format(table), list(keys)) if keys else []
    return {row["key"]: contract.model_validate_json(row["document"]) for row in rows}
