"""A few requests of chance to every operation: no failure of the server's, and no answer off its description."""

from collections.abc import Iterator

import pytest

from tests.generated_requests import Asking, Operation, asking, operations

EXAMPLES, SEED = 2, 1


@pytest.fixture(scope="module")
def every() -> Iterator[Asking]:
    with asking() as found:
        yield found


@pytest.mark.parametrize("operation", list(operations()), ids=lambda operation: operation.name)
def test_an_operation_answers_every_request_as_described(every: Asking, operation: Operation) -> None:
    every.ask(operation, examples=EXAMPLES, seed=SEED)

    assert every.statuses[operation.name]
