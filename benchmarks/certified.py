"""What certified suppression costs, and whether it holds: made-up districts, an attacker with a solver, forged proofs.

`python -m benchmarks.certified [--districts 200] [--forgeries 1000]`: for each design and size the cells, what is
hidden, the worlds, and the seconds to certify and to verify; then districts by chance, attacked, and forged proofs.
"""

import argparse
import random
import time
from collections.abc import Mapping
from dataclasses import replace

from services.reporting.publication.protection.certified import Certified, NotCertified, verify
from services.reporting.publication.protection.search import certify
from services.reporting.publication.protection.shape import Atom
from tests.publication.attacker import attack
from tests.publication.districts import DESIGNS, district
from tests.publication.test_protection import naive

SIZES = (
    ("narrow", 30, 7, 6),
    ("linked", 30, 7, 6),
    ("cube", 30, 7, 6),
    ("narrow", 100, 7, 6),
    ("cube", 100, 14, 6),
)
SMALLEST = (5, 10, 20)


def measure(design: str, schools: int, groups: int, outcomes: int) -> None:
    """Certify and verify one district, and say what it took."""
    shape, counts = district(design, schools=schools, groups=groups, outcomes=outcomes, seed=1)
    began = time.perf_counter()
    certified = certify(shape, counts, smallest=10, seed=1)
    certifying = time.perf_counter() - began
    began = time.perf_counter()
    verify(certified, counts)
    verifying = time.perf_counter() - began
    numbers = list(certified.printed.values())
    true = shape.printed_of(counts).values()
    small = sum(0 < number < 10 for number in true)
    hidden, some = sum(number is None for number in numbers), sum(number > 0 for number in true)
    print(
        f"{design:7} {schools:3} x {groups:2} x {outcomes}: {len(numbers):6} cells, {small:5} small, {hidden:5} hidden"
        f" ({hidden / some:.0%} of those that are not 0), {len(certified.worlds):4} worlds,"
        f" certified in {certifying:6.1f} s, verified in {verifying:.2f} s"
    )


def attacked(number: int, *, naively: bool) -> tuple[int, int, int]:
    """Hidden small cells of one district by chance, those that the attacker knows exactly, and those narrowed."""
    chance = random.Random(number)
    design, smallest = chance.choice(sorted(DESIGNS)), 10 if naively else chance.choice(SMALLEST)
    sizes = {"schools": chance.randint(3, 8), "groups": chance.randint(2, 5), "outcomes": chance.randint(2, 4)}
    shape, counts = district("cube" if naively else design, **sizes, seed=number)
    targets = [cell for cell, units in shape.printed_of(counts).items() if 0 < units < smallest]
    printed = naive(shape, counts) if naively else certify(shape, counts, smallest=smallest, seed=number).printed
    learnt = attack(shape.dimensions, printed, targets).values()
    return len(targets), sum(one.is_exact() for one in learnt), sum(one.is_narrowed(smallest) for one in learnt)


def forged(certified: Certified, counts: Mapping[Atom, int], chance: random.Random) -> Certified:
    """The same with one thing changed so that it is wrong."""
    cell = chance.choice(list(certified.printed))
    place = chance.randrange(len(certified.worlds))
    world = list(certified.worlds[place])
    atom, units = world.pop(chance.randrange(len(world)))
    true = certified.shape.printed_of(counts)[cell]
    kind = chance.randrange(3)
    if kind == 0:
        wrong = true + chance.choice((-1, 1)) if certified.printed[cell] is not None else chance.randrange(1, 10)
        return replace(certified, printed={**certified.printed, cell: wrong})
    if kind == 1:
        world.append((atom, units + chance.randrange(1, 50)))
        return replace(certified, worlds=(*certified.worlds[:place], tuple(world), *certified.worlds[place + 1 :]))
    return replace(certified, worlds=(certified.worlds[place],))


def rejected(forgeries: int) -> int:
    """How many forged proofs of one district are found."""
    shape, counts = district("cube", schools=6, groups=5, outcomes=4, seed=1)
    certified, chance, found = certify(shape, counts, smallest=10, seed=1), random.Random(1), 0
    for _ in range(forgeries):
        try:
            verify(forged(certified, counts, chance), counts)
        except NotCertified:
            found += 1
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--districts", type=int, default=200)
    options.add_argument("--forgeries", type=int, default=1_000)
    asked = options.parse_args()
    for size in SIZES:
        measure(*size)
    for naively in (False, True):
        sums = [
            sum(column) for column in zip(*[attacked(n, naively=naively) for n in range(asked.districts)], strict=True)
        ]
        name = "small numbers and one more in a line" if naively else "certified"
        print(f"{asked.districts} districts, {name}: {sums[0]} small cells, {sums[1]} exact, {sums[2]} narrowed")
    print(f"forged proofs found: {rejected(asked.forgeries)} of {asked.forgeries}")


if __name__ == "__main__":
    main()
