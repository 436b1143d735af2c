"""Every request in the guides for integrators and in the README works as it is printed, and is answered as it says."""

from pathlib import Path

import pytest

from tests.docs.pages import CHECKOUT, DOCS, Block
from tests.docs.recipes import differences, run, steps
from tests.running_stack import RunningStack

GUIDES = [CHECKOUT / "README.md", *sorted((DOCS / "integrators").glob("*.md"))]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_request_is_answered_as_the_page_says(
    guide: Path, stack_with_directory: RunningStack, tmp_path: Path
) -> None:
    assert run(guide, stack_with_directory, tmp_path) == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_guide_shows_what_is_answered(guide: Path) -> None:
    assert sum(step.expected is not None for step in steps(guide)) >= 2


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ('{"a": 1}', '{"a": 2}'),
        ('{"a": 1}', '{"a": 1, "b": 2}'),
        ('{"a": "x…"}', '{"a": "yx"}'),
        ('{"a": true}', '{"a": 1}'),
        ("[1]", "[1, 2]"),
        ('[1, 2, "…"]', "[1]"),
    ],
)
def test_an_answer_that_is_not_as_the_page_says_is_found(said: str, answer: str) -> None:
    assert list(differences(Block("json", "", said, 1), answer))


def test_an_ellipsis_stands_for_any_value_and_for_more_keys() -> None:
    said = '{"a": "…", "b": ["x", "…"], "…": "…"}'
    assert list(differences(Block("json", "", said, 1), '{"a": {"c": 1}, "b": ["x", 2, 3], "d": null}')) == []
