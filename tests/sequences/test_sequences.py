"""Whatever people and systems do, in whatever order and at once: the record, its flags and the view are as promised.

A few histories are lived through with every run of the tests. For a thousand others, in some minutes:
`pytest tests/sequences --hypothesis-profile long --hypothesis-seed 7`.
"""

import copy
import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.kinds import CLOCK
from services.incidents.conclusion.rules import Rulebook
from services.incidents.principles.limits import Limits
from shared.clocks.calendar import SchoolDays
from shared.contracts.events import ERASED, Event
from tests.gateway.conftest import View
from tests.gateway.events import OTHER_SCHOOL, SCHOOL, Services
from tests.incidents.conftest import AGENCY
from tests.sequences.acts import NUMBERS, Act, Step, Sweep, histories
from tests.sequences.contact import Contact, NotSo, may_be_one
from tests.sequences.house import House

BEGIN = datetime(2026, 10, 5, 18, tzinfo=UTC)
CHOSEN = settings.get_profile("long" if settings.get_current_profile_name() == "long" else "short")
OTHER_RULES = Rulebook.of(Limits(late_report_days=29), SchoolDays())


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(CHOSEN)
@given(histories, st.integers(0, 2**32))
async def test_whatever_is_done_in_whatever_order_and_at_once_all_is_as_promised(
    house: House, view: View, history: list[Step], seed: int
) -> None:
    await house.begin_anew()
    contacts = {number: Contact(number) for number in NUMBERS}
    now = BEGIN
    for step in history:
        now += step.after
        answers = await house.at_once(step.acts, now)
        for number, contact in contacts.items():
            here = [
                (act, answer)
                for act, answer in zip(step.acts, answers, strict=True)
                if isinstance(act, Sweep) or act.number == number
            ]
            contacts[number] = as_if_in_turn(contact, here, await house.standing(number), now, house.rulebook)
    await house.judge_by(OTHER_RULES, now)
    for number, contact in contacts.items():
        judged = as_if_in_turn(contact, [(Sweep(), "done")], await house.standing(number), now, OTHER_RULES)
        others = [other for other in contacts.values() if other is not contact]
        assert await house.possible_duplicate(number) == any(may_be_one(judged, other) for other in others)
    await nothing_depends_on_the_order_of_arrival(house, view, random.Random(seed))


def as_if_in_turn(
    contact: Contact, acts: Sequence[tuple[Act, str]], standing: dict[str, Any], at: datetime, rules: Rulebook
) -> Contact:
    """The contact after acts that came at once: as if they had come one after the other, in some order."""
    otherwise: list[Any] = []
    for order in itertools.permutations(acts):
        after = copy.deepcopy(contact)
        try:
            for act, answer in order:
                after.live_through(act, answer, at, rules)
        except NotSo as error:
            otherwise.append(error)
            continue
        promised = after.standing()
        differs = [name for name in promised.keys() | standing.keys() if promised.get(name) != standing.get(name)]
        if not differs:
            return after
        otherwise.append({name: (standing.get(name), promised.get(name)) for name in differs})
    pytest.fail(f"In no order of {acts}: what stands, and what is promised: {otherwise}")


async def nothing_depends_on_the_order_of_arrival(house: House, view: View, chance: random.Random) -> None:
    """Events in their order, and repeated, shuffled and in other batches, make the same documents: of what stands.

    What comes anew after an order, under the key of what the order took out, comes after it.
    """
    directory = [Services().school(SCHOOL), Services().school(OTHER_SCHOOL)]
    await view.forget()
    await view.apply(*directory, *house.published)
    in_order = await view.documents()
    assert {row[1:6] for row in in_order if row[0] == AGENCY and row[1] != CLOCK} == await house.shown()
    await view.forget()
    for events in until_each_order([*directory, *house.published]):
        shuffled = [event for event in events for _ in range(chance.randint(1, 2))]
        chance.shuffle(shuffled)
        while shuffled:
            size = chance.randint(1, 40)
            await view.apply(*shuffled[:size])
            shuffled = shuffled[size:]
    otherwise = await view.documents()
    assert [one for one in otherwise if one not in in_order] == [one for one in in_order if one not in otherwise]


def until_each_order(events: Sequence[Event]) -> Iterator[list[Event]]:
    """The events in their order, cut behind what each order took out."""
    cuts = [
        at
        for at, (one, after) in enumerate(itertools.pairwise(events), 1)
        if one.change == ERASED and after.change != ERASED
    ]
    for begin, end in itertools.pairwise([0, *cuts, len(events)]):
        yield list(events[begin:end])
