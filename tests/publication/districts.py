"""Made-up districts of any size, always the same for a seed: skewed, so that most numbers are small."""

from collections import Counter

import numpy as np

from services.reporting.publication.protection.shape import Atom, Shape

DESIGNS = {
    "cube": (("school", "group", "outcome"),),
    "linked": (("school", "outcome"), ("school", "group"), ("group", "outcome")),
    "narrow": (("school", "outcome"), ("group", "outcome")),
}
CONTACTS_OF_SCHOOL = 47


def district(design: str, *, schools: int, groups: int, outcomes: int, seed: int) -> tuple[Shape, dict[Atom, int]]:
    """A shape, and the contacts of a year by school, group and outcome: about 47 a school."""
    random = np.random.default_rng(seed)
    dimensions = {
        "school": tuple(f"school-{number}" for number in range(schools)),
        "group": tuple(f"group-{number}" for number in range(groups)),
        "outcome": tuple(f"outcome-{number}" for number in range(outcomes)),
    }
    contacts = random.poisson(CONTACTS_OF_SCHOOL * schools)
    drawn = [
        random.choice(values, contacts, p=random.dirichlet(weights))
        for values, weights in (
            (dimensions["school"], np.full(schools, 3.0)),
            (dimensions["group"], np.linspace(3, 0.3, groups)),
            (dimensions["outcome"], np.full(outcomes, 0.7)),
        )
    ]
    return Shape(dimensions, DESIGNS[design]), dict(Counter(zip(*[column.tolist() for column in drawn], strict=True)))
