"""What the projections make of events: the same, however often and in whatever order they come."""

import random

import pytest

from shared.contracts.events import Event
from shared.records.consumer import NotApplicable
from tests.gateway.conftest import View
from tests.gateway.events import AGENCY, DISTRICT, OTHER_DISTRICT, OTHER_SCHOOL, SCHOOL, Services


def a_history(services: Services) -> list[Event]:
    """Corrections, a void, a move to another district's school, a school that comes late and one that goes."""
    return [
        services.district(),
        services.incident("A"),
        services.school(),
        services.incident("B", school=OTHER_SCHOOL),
        services.incident("A", initiated_by="student"),
        services.void_incident("A"),
        services.incident("C", school=None),
        services.incident("B", school=SCHOOL),
        services.school(OTHER_SCHOOL),
        services.incident("C", school=OTHER_SCHOOL),
        services.incident("D"),
        services.void_incident("D"),
        services.incident("D", school=OTHER_SCHOOL),
        services.void_school(OTHER_SCHOOL),
        services.incident("E", school=OTHER_SCHOOL),
    ]


async def test_documents_are_the_same_however_often_and_in_whatever_order_events_come(view: View) -> None:
    history = a_history(view.services)
    await view.apply(*history)
    in_order = await view.documents()
    for seed in range(12):
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
    await view.apply(view.services.incident())
    assert await view.scopes() == {f"{AGENCY}/2026-1": None}
    await view.apply(view.services.school())
    assert await view.scopes() == {f"{AGENCY}/2026-1": DISTRICT}


async def test_an_incident_of_a_voided_school_is_shown_to_no_district(view: View) -> None:
    await view.apply(view.services.school(), view.services.incident())
    await view.apply(view.services.void_school())
    assert await view.scopes() == {f"{AGENCY}/2026-1": None}


async def test_an_incident_moved_to_another_districts_school_changes_its_district(view: View) -> None:
    await view.apply(view.services.school(), view.services.school(OTHER_SCHOOL), view.services.incident())
    await view.apply(view.services.incident(school=OTHER_SCHOOL))
    assert await view.scopes() == {f"{AGENCY}/2026-1": OTHER_DISTRICT}


async def test_the_feed_tells_the_agency_the_state_and_the_districts_old_and_new(view: View) -> None:
    await view.apply(view.services.school(), view.services.school(OTHER_SCHOOL), view.services.incident())
    async with view.projector.connection() as connection:
        last = await connection.fetchval("select max(number) from change")
        await view.apply(view.services.incident(school=OTHER_SCHOOL))
        rows = await connection.fetch("select audience, schools from change where number > $1", last)
    assert {row["audience"]: sorted(row["schools"]) for row in rows} == {
        f"agency:{AGENCY}": [SCHOOL, OTHER_SCHOOL],
        "state": [SCHOOL, OTHER_SCHOOL],
        f"district:{DISTRICT}": [SCHOOL, OTHER_SCHOOL],
        f"district:{OTHER_DISTRICT}": [SCHOOL, OTHER_SCHOOL],
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
