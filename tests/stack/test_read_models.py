"""The read models that the command line names, and what `daylight status` says of who fills them."""

from daylight.house import DATABASES, READERS
from daylight.read_models import READ_MODELS
from daylight.stack.status import CONSUMERS


def test_status_looks_at_every_reader_of_events() -> None:
    assert set(CONSUMERS) == set(READERS) == {place.reader for place in READ_MODELS.values()}


def test_each_read_model_is_in_a_database_of_the_installation_and_filled_by_a_role_of_it() -> None:
    roles = {plan.name: plan.roles for plan in DATABASES}
    for place in READ_MODELS.values():
        assert place.role in roles[place.database]
        assert CONSUMERS[place.reader][1] == place.database
