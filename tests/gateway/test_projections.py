"""What the projections make of events: the same, however often and in whatever order they come."""

import random

import pytest

from shared.contracts.events import Event
from shared.records.consumer import NotApplicable
from tests.gateway.conftest import View
from tests.gateway.events import AGENCY, DISTRICT, OTHER_DISTRICT, OTHER_SCHOOL, SCHOOL, Services, clock


def a_history(services: Services) -> list[Event]:
    """Corrections, a void, moves between schools and districts, schools that come late and go, and what follows."""
    return [
        services.district(),
        *services.accepted("A"),
        services.flag(number="A"),
        services.conclusion("A"),
        services.school(),
        *services.accepted("B", school=OTHER_SCHOOL),
        services.judgement("school", "B"),
        *services.accepted("A", initiated_by="student"),
        services.flag(number="A", state="corrected"),
        *services.voided("A"),
        services.void_flag(number="A"),
        services.flag("X-VOID-UNDER-REVIEW", "A", seen_by=["agency", "district"]),
        services.void_conclusion("A"),
        *services.accepted("C", school=None),
        services.flag("P7-INITIATOR-UNKNOWN", "C", seen_by=["officer", "agency"]),
        services.conclusion("B", clocks=[clock("P3-JUDGEMENT", "B"), clock("P4-SHARE", "B", started_at=None)]),
        *services.accepted("B", school=SCHOOL),
        services.conclusion("B", clocks=[clock("P3-JUDGEMENT", "B", met_at="2026-10-06T09:00:00-07:00")]),
        services.school(OTHER_SCHOOL),
        *services.accepted("C", school=OTHER_SCHOOL),
        *services.accepted("D"),
        services.flag(number="D"),
        *services.voided("D"),
        services.void_flag(number="D"),
        *services.accepted("D", school=OTHER_SCHOOL),
        services.flag(number="D"),
        services.void_school(OTHER_SCHOOL),
        *services.accepted("E", school=OTHER_SCHOOL),
        services.flag("P3-NO-THREAT", "E"),
    ]


async def test_documents_are_the_same_however_often_and_in_whatever_order_events_come(view: View) -> None:
    history = a_history(view.services)
    await view.apply(*history)
    in_order = await view.documents()
    for seed in range(24):
        chance = random.Random(seed)
        shuffled = [event for event in history for _ in range(chance.randint(1, 3))]
        chance.shuffle(shuffled)
        await view.forget()
        while shuffled:
            size = chance.randint(1, 4)
            await view.apply(*shuffled[:size])
            shuffled = shuffled[size:]
        assert await view.documents() == in_order


async def test_an_older_version_changes_nothing(view: View) -> None:
    older, newer = view.services.incident(initiated_by="student"), view.services.incident(initiated_by="family")
    await view.apply(newer)
    await view.apply(older)
    async with view.projector.connection() as connection:
        assert await connection.fetchval("select (version, initiated_by)::text from document") == "(2,family)"


async def test_an_incident_is_shown_to_the_district_once_its_school_is_in_the_directory(view: View) -> None:
    await view.apply(*view.services.accepted())
    assert await view.shown_to() == {f"{AGENCY}/2026-1": []}
    await view.apply(view.services.school())
    assert await view.shown_to() == {f"{AGENCY}/2026-1": [DISTRICT]}


async def test_an_incident_of_a_voided_school_is_shown_to_no_district(view: View) -> None:
    await view.apply(view.services.school(), *view.services.accepted())
    await view.apply(view.services.void_school())
    assert await view.shown_to() == {f"{AGENCY}/2026-1": []}


async def test_an_incident_moved_to_another_districts_school_changes_its_district(view: View) -> None:
    await view.apply(view.services.school(), view.services.school(OTHER_SCHOOL), *view.services.accepted())
    await view.apply(*view.services.accepted(school=OTHER_SCHOOL))
    assert await view.shown_to() == {f"{AGENCY}/2026-1": [OTHER_DISTRICT]}


async def test_the_feed_tells_the_agency_the_state_and_the_districts_old_and_new(view: View) -> None:
    await view.apply(view.services.school(), view.services.school(OTHER_SCHOOL), *view.services.accepted())
    async with view.projector.connection() as connection:
        last = await connection.fetchval("select max(number) from change")
        await view.apply(*view.services.accepted(school=OTHER_SCHOOL))
        rows = await connection.fetch("select audience, schools from change where number > $1", last)
    assert {row["audience"]: sorted(row["schools"]) for row in rows} == {
        f"agency:{AGENCY}": [SCHOOL, OTHER_SCHOOL],
        "state": [SCHOOL, OTHER_SCHOOL],
        f"district:{DISTRICT}": [SCHOOL],
        f"district:{OTHER_DISTRICT}": [OTHER_SCHOOL],
    }


async def test_a_repeat_tells_nobody_anything(view: View) -> None:
    event = view.services.incident()
    await view.apply(event)
    async with view.projector.connection() as connection:
        before = await connection.fetch("select * from change order by audience")
        await view.apply(event, event)
        assert await connection.fetch("select * from change order by audience") == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "daylight.incidents.horoscope.recorded"}, "unknown-kind"),
        ({"type": "daylight.incidents.incident.imagined"}, "unknown-change"),
        ({"type": "daylight.incidents.incident.voided"}, "wrong-shape"),
        ({"schema_version": 99}, "unknown-schema-version"),
        ({"document": {"ori": AGENCY}}, "wrong-shape"),
        ({"document": None}, "wrong-shape"),
        ({"owner": "XX0000200"}, "wrong-owner"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_applied_is_refused_with_its_reason(
    view: View, change: dict[str, object], reason: str
) -> None:
    event = view.services.incident()
    outside = {name: change[name] for name in change.keys() & {"type"}}
    inside = {name: change[name] for name in change.keys() - {"type"}}
    with pytest.raises(NotApplicable) as refused:
        await view.apply(event.model_copy(update={**outside, "data": event.data.model_copy(update=inside)}))
    assert refused.value.reason == reason
    assert await view.documents() == []
