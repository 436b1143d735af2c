"""Facts and their sums after any history: as if what lives now had been counted once."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest

from services.reporting.app import DATABASE
from services.reporting.rollup.projection import apply
from shared.contracts.events import Event
from shared.records.consumer import NotApplicable
from shared.records.database import Database
from shared.secrets import Secrets
from shared.settings import Settings
from tests.rollups.records import OTHER_SCHOOL, SCHOOL, Log, conclusion, incident
from tests.servers import Databases

Sums = Counter[tuple[str, str, str]]
CLASSES = ("criminal", "school_discipline", "undetermined")
KINDS = ("arrest", "citation", "conversation")


class Counts:
    """The read model of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def apply(self, events: Sequence[Event]) -> None:
        async with self.database.transaction() as connection:
            await apply(connection, events)

    async def rows(self, table: str) -> list[str]:
        async with self.database.connection() as connection:
            return sorted(row[0] for row in await connection.fetch(f"select one::text from {table} as one"))

    async def sums(self) -> Sums:
        """By school, month and measure what the sums say; what could not be counted is a measure of its own."""
        found: Sums = Counter()
        async with self.database.connection() as connection:
            for row in await connection.fetch("select * from rollup"):
                found[row["school_id"], row["month"], row["measure"]] += row["value"]
                found[row["school_id"], row["month"], f"open {row['measure']}"] += row["open"]
        return found

    async def empty(self) -> None:
        async with self.database.connection() as connection:
            await connection.execute("delete from counted")
            await connection.execute("delete from fact")
            await connection.execute("delete from rollup")


@pytest.fixture
async def counts(settings: Settings, secrets: Secrets, databases: Databases) -> AsyncIterator[Counts]:
    await databases.fresh(DATABASE)
    database = await Database.open(settings, secrets, role=DATABASE.roles[0], database=DATABASE.name)
    yield Counts(database)
    await database.close()


class World:
    """Makes a history by chance, and knows by plain counting what lives at its end."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.log = Log()
        self.living: dict[str, dict[str, object]] = {}
        self.concluded: dict[str, str] = {}

    def go_on(self) -> None:
        number = self.chance.choice("ABCDEF")
        step = self.chance.random()
        if step < 0.5:
            actions = [{"type": self.chance.choice(KINDS)} for _ in range(self.chance.randrange(3))]
            said = incident(
                number,
                school_id=self.chance.choice((SCHOOL, OTHER_SCHOOL, None)),
                occurred_at=f"2026-{self.chance.choice((9, 10)):02}-05T10:12:00-07:00",
                actions=self.chance.choice((actions, None)),
            )
            self.log.put("incident", number, said)
            self.living[number] = said
        elif step < 0.75:
            classification = self.chance.choice(CLASSES)
            self.log.put("conclusion", number, conclusion(number, classification))
            self.concluded[number] = classification
        elif step < 0.9:
            if number in self.living:
                self.log.put("incident", number, None)
                del self.living[number]
        else:
            self.log.erase(number)
            self.living.pop(number, None)
            self.concluded.pop(number, None)

    def expected(self) -> Sums:
        """Contacts, arrests and school discipline, counted in the plainest way."""
        found: Sums = Counter()
        for number, said in self.living.items():
            place = (str(said["school_id"] or ""), str(said["occurred_at"])[:7])
            found[*place, "contacts"] += 1
            actions = said["actions"]
            if isinstance(actions, list):
                found[*place, "arrests"] += sum(action["type"] == "arrest" for action in actions)
            else:
                found[*place, "open arrests"] += 1
            classification = self.concluded.get(number, "undetermined")
            found[*place, "discipline_incidents"] += classification == "school_discipline"
            found[*place, "open discipline_incidents"] += classification == "undetermined"
        return found


COMPARED = ("contacts", "arrests", "open arrests", "discipline_incidents", "open discipline_incidents")


def compared(sums: Sums) -> Sums:
    """The sums that are counted apart, without zeros."""
    return Counter({place: number for place, number in sums.items() if number and place[2] in COMPARED})


def in_batches(events: Sequence[Event], chance: random.Random) -> list[Sequence[Event]]:
    batches: list[Sequence[Event]] = []
    rest = list(events)
    while rest:
        size = chance.randrange(1, 8)
        batches.append(rest[:size])
        rest = rest[size:]
    return batches


@pytest.mark.parametrize("seed", range(12))
async def test_sums_are_at_any_moment_what_lives_counted_once(counts: Counts, seed: int) -> None:
    world = World(seed)
    for _ in range(6):
        before = len(world.log.events)
        for _ in range(20):
            world.go_on()
        for batch in in_batches(world.log.events[before:], world.chance):
            await counts.apply(batch)
        assert compared(await counts.sums()) == compared(world.expected())


@pytest.mark.parametrize("seed", range(6))
async def test_repeats_and_disorder_change_nothing(counts: Counts, seed: int) -> None:
    world = World(seed)
    for _ in range(80):
        world.go_on()
    await counts.apply(world.log.events)
    once = [await counts.rows(table) for table in ("counted", "fact", "rollup")]

    await counts.empty()
    disordered = world.chance.choices(world.log.events, k=60) + world.log.events
    world.chance.shuffle(disordered)
    for batch in in_batches(disordered, world.chance):
        await counts.apply(batch)

    assert [await counts.rows(table) for table in ("counted", "fact", "rollup")] == once


async def test_what_is_erased_leaves_its_id_alone(counts: Counts) -> None:
    log = Log()
    log.put("incident", "SECRET-1", incident("SECRET-1"))
    log.put("conclusion", "SECRET-1", conclusion("SECRET-1", "criminal"))
    log.erase("SECRET-1")
    await counts.apply(log.events)
    everything = [row for table in ("counted", "fact", "rollup") for row in await counts.rows(table)]
    assert len(everything) == 2
    assert not [row for row in everything if "SECRET-1" in row or SCHOOL in row]


async def test_an_event_of_another_version_of_the_contract_is_not_applied(counts: Counts) -> None:
    event = Log().put("incident", "A", incident("A"))
    newer = event.model_copy(update={"data": event.data.model_copy(update={"schema_version": 2})})
    with pytest.raises(NotApplicable, match="unknown-schema-version"):
        await counts.apply([newer])


async def test_an_event_of_another_shape_is_not_applied(counts: Counts) -> None:
    event = Log().put("incident", "A", {"ori": "XX0000100"})
    with pytest.raises(NotApplicable, match="wrong-shape"):
        await counts.apply([event])
