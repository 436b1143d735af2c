"""A made-up school year of contacts: what happened, and on which hour it was told.

Hours are counted from the first of July 2026 in UTC, so that nothing here depends on how dates are computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

DAYS = 365
HOURS = DAYS * 24
FIRST_WEEKDAY = 2
"""The first of July 2026 is a Wednesday."""
OFFSETS = (-4, -5, -8, -10, 10)
TYPES = ("conversation", "detention", "handcuff", "frisk", "arrest", "escort")
CAPACITIES = ("sro", "sro", "sble", "unknown", "patrol", "detective")


@dataclass(frozen=True, slots=True)
class MadeAction:
    """An action; when it began is told at `told`, or never."""

    number: int
    type: str
    began: int
    told: int | None


@dataclass(frozen=True, slots=True)
class MadeDocumentation:
    """Documentation of some actions (None: it does not say of which), told at `told`.

    It says itself when it was completed, or else has its parts since it was told.
    """

    number: int
    of: tuple[int, ...] | None
    completed: int
    says: bool
    told: int


@dataclass(frozen=True, slots=True)
class MadeJudgement:
    """What a side answered to the 911 question."""

    side: str
    given: int
    answer: str


@dataclass(frozen=True, slots=True)
class MadeContact:
    """A contact, and what followed it. `grounds` is unknown until it is told."""

    number: int
    offset: int
    happened: int
    accepted: int
    capacities: tuple[str, ...]
    grounds: str
    grounds_told: int
    actions: tuple[MadeAction, ...]
    documentation: tuple[MadeDocumentation, ...]
    judgements: tuple[MadeJudgement, ...]
    delivered: tuple[tuple[str, int], ...]
    opened: tuple[tuple[str, int], ...]
    documentation_delivered: int | None
    documentation_acknowledged: int | None

    def told_at(self) -> set[int]:
        """Every hour at which something of it was told."""
        times = [self.accepted, self.grounds_told, self.documentation_delivered, self.documentation_acknowledged]
        times += [action.told for action in self.actions]
        times += [documentation.told for documentation in self.documentation]
        times += [judgement.given for judgement in self.judgements]
        times += [hour for _, hour in (*self.delivered, *self.opened)]
        return {hour for hour in times if hour is not None}


def closed_days(chance: Random) -> frozenset[int]:
    """The numbers of the days on which no school is held: two weeks in winter, and others by chance."""
    return frozenset(range(173, 187)) | {chance.randrange(DAYS) for _ in range(25)}


def contacts(chance: Random, count: int) -> Iterator[MadeContact]:
    """So many contacts, all over the year."""
    for number in range(1, count + 1):
        happened = chance.randrange(HOURS - 24)
        accepted = happened + _later(chance, 10)
        actions = tuple(_action(chance, one, happened, accepted) for one in range(1, chance.randint(0, 3) + 1))
        yield MadeContact(
            number=number,
            offset=chance.choice(OFFSETS),
            happened=happened,
            accepted=accepted,
            capacities=tuple(chance.choices(CAPACITIES, k=chance.randint(1, 2))),
            grounds=chance.choice(("yes", "yes", "yes", "no", "unknown")),
            grounds_told=accepted + chance.choice((0, _later(chance, 10))),
            actions=actions,
            documentation=tuple(_documentation(chance, actions, accepted)),
            judgements=tuple(_judgements(chance, accepted)),
            delivered=tuple(_by_side(chance, accepted)),
            opened=tuple(_by_side(chance, accepted)),
            documentation_delivered=_perhaps(chance, accepted),
            documentation_acknowledged=_perhaps(chance, accepted),
        )


def _later(chance: Random, days: int) -> int:
    return chance.choice((chance.randint(0, 24), chance.randint(0, days * 24)))


def _perhaps(chance: Random, since: int) -> int | None:
    return since + _later(chance, 20) if chance.random() < 0.8 else None


def _action(chance: Random, number: int, happened: int, accepted: int) -> MadeAction:
    told = chance.choice((accepted, accepted, accepted + _later(chance, 10), None))
    return MadeAction(number, chance.choice(TYPES), happened - chance.randint(0, 2), told)


def _documentation(chance: Random, actions: tuple[MadeAction, ...], accepted: int) -> Iterator[MadeDocumentation]:
    for number, action in enumerate(actions, 1):
        if chance.random() < 0.8:
            of = chance.choice(((action.number,), tuple(one.number for one in actions), None))
            says = chance.random() < 0.6
            completed = action.began + chance.choice((11, 12, 13, chance.randint(1, 60)))
            told = max(accepted, completed) + chance.choice((0, _later(chance, 5)))
            yield MadeDocumentation(number, of, completed if says else told, says, told)


def _judgements(chance: Random, accepted: int) -> Iterator[MadeJudgement]:
    for _ in range(chance.randint(0, 4)):
        side = chance.choice(("agency", "school"))
        answer = chance.choice(("yes", "no", "undetermined", "unknown"))
        yield MadeJudgement(side, accepted + _later(chance, 25), answer)


def _by_side(chance: Random, accepted: int) -> Iterator[tuple[str, int]]:
    for side in ("agency", "school"):
        hour = _perhaps(chance, accepted)
        if hour is not None:
            yield side, hour
