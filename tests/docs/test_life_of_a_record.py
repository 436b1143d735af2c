"""What `docs/life-of-a-record.md` sets as code exists: a path of this project, or a name in a file named beside it."""

from pathlib import Path

import pytest

from tests.docs.names import defined_in
from tests.docs.pages import CHECKOUT, CODE, DOCS, paragraphs

PAGE = DOCS / "life-of-a-record.md"
NOT_NAMES = {"given", "make test"}
"""What a record says of what is sealed, and a command."""
ROOMS = {"routes.py", "rules.py", "store.py", "tables.py"}


def strangers(paragraph: str) -> list[str]:
    """What a paragraph sets as code and is neither a path nor a name in one of the files that the paragraph names."""
    words = [word for word in CODE.findall(paragraph) if word not in NOT_NAMES | ROOMS]
    paths = {word for word in words if "/" in word and (CHECKOUT / word).exists()}
    names = {name for path in paths if path.endswith(".py") for name in defined_in(CHECKOUT / path)}
    return [word for word in words if word not in paths | names]


@pytest.mark.parametrize("paragraph", list(paragraphs(PAGE)), ids=lambda text: " ".join(text.split()[:4]))
def test_every_file_and_name_exists(paragraph: str) -> None:
    assert strangers(paragraph) == []


def test_every_room_exists() -> None:
    for room in ROOMS:
        assert list(CHECKOUT.glob(f"services/*/*/{room}")), room


def test_a_name_that_does_not_exist_is_found() -> None:
    assert strangers("`shared/records/keep.py` has `find` and `find_nothing`.") == ["find_nothing"]
    assert strangers("`shared/records/kept.py` has `find`.") == ["shared/records/kept.py", "find"]
    assert strangers("`find` is somewhere.") == ["find"]


def test_the_walk_passes_through_every_room_of_the_house() -> None:
    walked = {Path(word).parent for word in CODE.findall(PAGE.read_text(encoding="utf-8")) if word.endswith(".py")}
    for room in ("daylight", "shared/contracts", "shared/records", "shared/web", "services/incidents", "gateway"):
        assert Path(room) in walked, room
