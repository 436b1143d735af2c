"""The settings of a Daylight that runs, for commands that speak to its PostgreSQL and NATS themselves."""

from daylight.stack.folders import Folders
from daylight.stack.state import read_state
from daylight.stack.trouble import CannotStart
from shared.settings import Settings, settings

ADDRESSES = frozenset({"database_url", "nats_url", "secrets_directory"})


def settings_of(folders: Folders) -> Settings:
    """The environment's settings with the addresses of the stack on this data folder.

    Where none runs there, the environment must name all addresses itself, as it does in a container. Raises
    CannotStart.
    """
    given = settings()
    state = read_state(folders.state)
    if state is not None and state.ready and state.supervisor.alive:
        found = {"database_url": state.database_url, "nats_url": state.nats_url, "secrets_directory": folders.secrets}
        return given.model_copy(update=found)
    if given.model_fields_set >= ADDRESSES:
        return given
    raise CannotStart(f"No Daylight is ready on {folders.data}: start one with `daylight up`.")
