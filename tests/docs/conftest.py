"""A stack with the demo's directory, as a reader of the pages has it after `make up`."""

import pytest
import yaml

from daylight.importing.demo import DIRECTORY, DIRECTORY_CLIENT, DIRECTORY_KINDS
from daylight.importing.public_api import PublicApi
from daylight.importing.stack import StackAddress
from daylight.stack.folders import Folders
from tests.running_stack import RunningStack


@pytest.fixture(scope="session")
def stack_with_directory(stack: RunningStack) -> RunningStack:
    """The session's stack, with the demo's agencies, districts, schools and partnerships."""
    address = StackAddress(**stack.addresses, secrets_directory=Folders(stack.data).secrets)
    entries = yaml.safe_load(DIRECTORY.read_text(encoding="utf-8"))
    with PublicApi(address, DIRECTORY_CLIENT) as api:
        for kind in DIRECTORY_KINDS:
            for key, report in entries[kind].items():
                api.put(f"{address.reporting}/v1/{kind}/{key}", report)
    return stack
