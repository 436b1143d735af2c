"""What is hidden cannot be worked out: an attacker with a solver tries, and every forged proof is found."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.publication.protection.certified import CannotBeProtected, Certified, NotCertified, verify
from services.reporting.publication.protection.claim import Claim
from services.reporting.publication.protection.search import certify
from services.reporting.publication.protection.shape import Atom, Cell, Shape
from tests.publication.attacker import attack
from tests.publication.districts import DESIGNS, district

SMALLEST = 10
SMALL_DISTRICTS = [(design, seed) for design in DESIGNS for seed in (1, 2)]


def naive(shape: Shape, counts: dict[Atom, int]) -> dict[Cell, int | None]:
    """What many do: hide small numbers, and where one is alone in its line, the next smallest number beside it."""
    true = shape.printed_of(counts)
    hidden = {cell for cell, number in true.items() if 0 < number < SMALLEST}
    changed = True
    while changed:
        changed = False
        for line in lines(shape):
            candidates = [cell for cell in line if true[cell]]
            within = [cell for cell in candidates if cell in hidden]
            if len(within) == 1 and len(candidates) > 1:
                hidden.add(min((cell for cell in candidates if cell not in hidden), key=lambda cell: true[cell]))
                changed = True
    return {cell: None if cell in hidden else number for cell, number in true.items()}


def lines(shape: Shape) -> Iterator[list[Cell]]:
    """Cells that add up to another cell in print, with that one."""
    printed = set(shape.cells)
    for total in shape.cells:
        named = {name for name, _ in total}
        for name, values in shape.dimensions.items():
            parts = [tuple(pair for pair in sorted_by(shape, (*total, (name, value)))) for value in values]
            if name not in named and printed.issuperset(parts):
                yield [*parts, total]


def sorted_by(shape: Shape, cell: Cell) -> Cell:
    order = list(shape.dimensions)
    return tuple(sorted(cell, key=lambda pair: order.index(pair[0])))


def small_cells(shape: Shape, counts: dict[Atom, int]) -> list[Cell]:
    return [cell for cell, number in shape.printed_of(counts).items() if 0 < number < SMALLEST]


@pytest.mark.parametrize(("design", "seed"), SMALL_DISTRICTS)
def test_an_attacker_with_a_solver_learns_nothing(design: str, seed: int) -> None:
    shape, counts = district(design, schools=4, groups=4, outcomes=3, seed=seed)
    certified = certify(shape, counts, smallest=SMALLEST, seed=seed)
    learnt = attack(shape.dimensions, certified.printed, small_cells(shape, counts))
    assert learnt
    assert not [cell for cell, one in learnt.items() if one.is_narrowed(SMALLEST)]


def test_the_same_attacker_breaks_what_many_do() -> None:
    shape, counts = district("cube", schools=5, groups=4, outcomes=4, seed=2)
    learnt = attack(shape.dimensions, naive(shape, counts), small_cells(shape, counts))
    assert [cell for cell, one in learnt.items() if one.is_exact()]


def test_what_is_added_up_from_others_tells_nothing_either() -> None:
    # Nobody prints school by group. But where a school has all of one outcome, its groups are those of the outcome.
    shape, counts = district("narrow", schools=4, groups=4, outcomes=3, seed=3)
    certified = certify(shape, counts, smallest=SMALLEST, seed=3)
    crossed = Shape(shape.dimensions, (("school", "group", "outcome"),))
    inner = {cell: number for cell, number in crossed.printed_of(counts).items() if cell not in certified.printed}
    targets = [cell for cell, number in inner.items() if 0 < number < SMALLEST]
    assert targets
    learnt = attack(shape.dimensions, certified.printed, targets)
    assert not [cell for cell, one in learnt.items() if one.is_narrowed(SMALLEST)]


def test_a_zero_is_printed_and_a_small_number_never() -> None:
    shape, counts = district("narrow", schools=5, groups=4, outcomes=4, seed=4)
    printed = certify(shape, counts, smallest=SMALLEST, seed=4).printed
    for cell, number in shape.printed_of(counts).items():
        assert printed[cell] == 0 if number == 0 else printed[cell] in (None, number)
        assert printed[cell] is None or printed[cell] == 0 or number >= SMALLEST


def test_what_an_earlier_version_hid_stays_hidden() -> None:
    shape, counts = district("narrow", schools=4, groups=4, outcomes=3, seed=5)
    first = certify(shape, counts, smallest=SMALLEST, seed=5)
    hidden = [cell for cell, number in first.printed.items() if number is None]
    grown = {atom: units * 20 for atom, units in counts.items()}
    second = certify(shape, grown, smallest=SMALLEST, kept_hidden=hidden, seed=6)
    assert all(second.printed[cell] is None for cell in hidden)
    assert any(number is not None for number in certify(shape, grown, smallest=SMALLEST, seed=6).printed.values())


def test_one_seed_gives_one_table() -> None:
    shape, counts = district("narrow", schools=4, groups=4, outcomes=3, seed=7)
    assert certify(shape, counts, smallest=SMALLEST, seed=7) == certify(shape, counts, smallest=SMALLEST, seed=7)


def test_what_others_print_opens_more() -> None:
    # Somebody else prints how many the first school has of each group: then more must be hidden here, or it is refused.
    shape, counts = district("narrow", schools=4, groups=3, outcomes=3, seed=8)
    crossed = Shape(shape.dimensions, (("school", "group"),)).printed_of(counts)
    known = [Claim(cell, number, number) for cell, number in crossed.items() if len(cell) == 2 and number >= SMALLEST]
    certified = certify(shape, counts, smallest=SMALLEST, claims=known, seed=8)
    verify(certified, counts, known)
    for world in certified.worlds:
        units = {tuple(shape.atoms())[atom]: number for atom, number in world}
        assert all(claim.holds(shape, units) for claim in known)


def test_a_number_that_others_cap_is_refused() -> None:
    shape = Shape({"school": ("a", "b"), "outcome": ("c", "d")}, (("school", "outcome"),))
    counts: dict[Atom, int] = {("a", "c"): 3, ("a", "d"): 40, ("b", "c"): 50, ("b", "d"): 60}
    capped = Claim((("school", "a"), ("outcome", "c")), 0, 4)
    with pytest.raises(CannotBeProtected):
        certify(shape, counts, smallest=SMALLEST, claims=[capped], seed=1)


@pytest.mark.parametrize("counts", [{("a",): -1}, {("a",): 1.5}, {("nobody",): 3}, {("a", "b"): 3}])
def test_counts_that_are_none_are_refused(counts: dict[Atom, int]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        certify(Shape({"school": ("a", "b")}, (("school",),)), counts, smallest=SMALLEST, seed=1)


def test_a_rule_that_hides_only_ones_is_refused() -> None:
    with pytest.raises(ValueError, match="3 or more"):
        certify(Shape({"school": ("a", "b")}, (("school",),)), {("a",): 5}, smallest=2, seed=1)


@pytest.fixture(scope="module")
def proved() -> tuple[Certified, dict[Atom, int]]:
    shape, counts = district("narrow", schools=5, groups=4, outcomes=3, seed=9)
    return certify(shape, counts, smallest=SMALLEST, seed=9), counts


def printing(certified: Certified, cell: Cell, number: int | None) -> Certified:
    return replace(certified, printed={**certified.printed, cell: number})


Forgery = Callable[[Certified, dict[Cell, int]], Iterator[Certified]]


def wrong_numbers(certified: Certified, true: dict[Cell, int]) -> Iterator[Certified]:
    for cell, number in certified.printed.items():
        if number is not None:
            yield printing(certified, cell, number + 1)


def shown_small_numbers(certified: Certified, true: dict[Cell, int]) -> Iterator[Certified]:
    for cell, number in certified.printed.items():
        if number is None:
            yield printing(certified, cell, true[cell])


def hidden_zeros(certified: Certified, true: dict[Cell, int]) -> Iterator[Certified]:
    for cell, number in certified.printed.items():
        if number == 0:
            yield printing(certified, cell, None)


def left_out_cells(certified: Certified, true: dict[Cell, int]) -> Iterator[Certified]:
    for cell in certified.printed:
        yield replace(certified, printed={one: n for one, n in certified.printed.items() if one != cell})


def changed_worlds(certified: Certified, true: dict[Cell, int]) -> Iterator[Certified]:
    for place, world in enumerate(certified.worlds):
        (atom, units), *others = world
        for forged in (((atom, units + 100), *others), tuple(others), ((atom, -1), *others), ((10**6, 1), *others)):
            yield replace(certified, worlds=(*certified.worlds[:place], forged, *certified.worlds[place + 1 :]))


def too_few_worlds(certified: Certified, true: dict[Cell, int]) -> Iterator[Certified]:
    yield replace(certified, worlds=())
    yield from (replace(certified, worlds=(world,)) for world in certified.worlds)


@pytest.mark.parametrize(
    "forge", [wrong_numbers, shown_small_numbers, hidden_zeros, left_out_cells, changed_worlds, too_few_worlds]
)
def test_every_forged_proof_is_found(proved: tuple[Certified, dict[Atom, int]], forge: Forgery) -> None:
    certified, counts = proved
    verify(certified, counts)
    forged = list(forge(certified, certified.shape.printed_of(counts)))
    assert forged
    for one in forged:
        with pytest.raises(NotCertified):
            verify(one, counts)


def test_a_proof_is_the_same_after_it_was_kept(proved: tuple[Certified, dict[Atom, int]]) -> None:
    certified, _ = proved
    assert Certified.from_json(certified.to_json()) == certified


def test_a_proof_does_not_hold_for_other_counts(proved: tuple[Certified, dict[Atom, int]]) -> None:
    certified, counts = proved
    atom = next(iter(counts))
    with pytest.raises(NotCertified):
        verify(certified, {**counts, atom: counts[atom] + 1})


TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("12")), st.integers(0, 30), max_size=18
)


@settings(max_examples=25, deadline=None)
@given(counts=TABLES, design=st.sampled_from(sorted(DESIGNS)), smallest=st.integers(3, 12), seed=st.integers(0, 9))
def test_whatever_is_certified_holds(counts: dict[Atom, int], design: str, smallest: int, seed: int) -> None:
    shape = Shape({"school": tuple("abc"), "group": tuple("xyz"), "outcome": tuple("12")}, DESIGNS[design])
    try:
        certified = certify(shape, counts, smallest=smallest, seed=seed)
    except CannotBeProtected:
        return
    verify(certified, counts)
    true = shape.printed_of(counts)
    assert {cell: true[cell] for cell, number in certified.printed.items() if number is not None} == {
        cell: number for cell, number in certified.printed.items() if number is not None
    }
