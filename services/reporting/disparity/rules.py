"""Compares the rate of a group with that of all others. Pure: no clock, no I/O.

Counts are taken as Poisson. Given the sum of two counts, the one is binomial; so the interval of the ratio of two rates
is that of a binomial share (Clopper and Pearson 1934, Biometrika 26), exact for any counts. P values are adjusted over
the groups of one denominator (Holm 1979, Scandinavian Journal of Statistics 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import bdtr, betaincinv

from shared.contracts.disparities import Comparison

FEWEST = 10
"""Of a group with a smaller denominator it is too few to say."""
ALPHA = 0.05
HIGHER, LOWER = "higher", "lower"
NO_DIFFERENCE, TOO_FEW = "no_difference_shown", "too_few"


@dataclass(frozen=True, slots=True)
class Rate:
    """A count and what it is of."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The rate; None of nobody."""
        return self.count / self.of if self.of else None


def compare(counts: Mapping[str, int], of: Mapping[str, int]) -> dict[str, Comparison]:
    """Each group of a denominator against all others of it. A group without a count has 0."""
    pairs = {group: _against_others(group, counts, of) for group in of}
    said = {
        group: _p_value(one, others)
        for group, (one, others) in pairs.items()
        if one.of >= FEWEST and others.of and one.count + others.count
    }
    adjusted = holm(said)
    return {group: _comparison(one, others, adjusted.get(group)) for group, (one, others) in pairs.items()}


def _against_others(group: str, counts: Mapping[str, int], of: Mapping[str, int]) -> tuple[Rate, Rate]:
    others = [other for other in of if other != group]
    return Rate(counts.get(group, 0), of[group]), Rate(
        sum(counts.get(other, 0) for other in others), sum(of[other] for other in others)
    )


def _comparison(one: Rate, others: Rate, p: float | None) -> Comparison:
    ratio = one.value / others.value if one.value is not None and others.value else None
    low, high = interval(one, others) if p is not None else (None, None)
    return Comparison(
        n=one.of,
        others_n=others.of,
        rate=one.value,
        others_rate=others.value,
        ratio=ratio,
        low=low,
        high=high,
        adjusted_p=p,
        status=_status(one, others, p),
    )


def _status(one: Rate, others: Rate, p: float | None) -> str:
    if p is None:
        return TOO_FEW
    if p >= ALPHA:
        return NO_DIFFERENCE
    return HIGHER if one.count * others.of > others.count * one.of else LOWER


def interval(one: Rate, others: Rate) -> tuple[float, float | None]:
    """The exact 95 % interval of the ratio of two rates; an upper end of None is without bound."""
    counted = one.count + others.count
    low = betaincinv(one.count, others.count + 1, ALPHA / 2) if one.count else 0.0
    high = betaincinv(one.count + 1, others.count, 1 - ALPHA / 2) if one.count < counted else 1.0
    scale = others.of / one.of
    return float(low / (1 - low) * scale), float(high / (1 - high) * scale) if high < 1 else None


def _p_value(one: Rate, others: Rate) -> float:
    """The two-sided p of equal rates: twice the smaller tail, so that it agrees with the interval."""
    counted, share = one.count + others.count, one.of / (one.of + others.of)
    at_most = bdtr(one.count, counted, share)
    at_least = 1 - bdtr(one.count - 1, counted, share) if one.count else 1.0
    return float(min(1.0, 2 * min(at_most, at_least)))


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """P values adjusted over all of these: the smallest times their number, the next times one less, never falling."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, group in enumerate(sorted(values, key=lambda one: (values[one], one))):
        highest = max(highest, min(1.0, values[group] * (len(values) - place)))
        adjusted[group] = highest
    return adjusted


def placed(groups: Sequence[str], counts: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """The counts of groups that are one, and how many are of none: of several at once, or of nobody known."""
    one = {group: counts.get(group, 0) for group in groups}
    return one, sum(counts.values()) - sum(one.values())
