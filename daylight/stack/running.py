"""The settings of a stack that runs, for commands that speak to its PostgreSQL and NATS themselves."""

from daylight.stack.folders import Folders
from daylight.stack.state import read_state
from daylight.stack.trouble import CannotStart
from shared.settings import Settings, settings


def settings_of(folders: Folders) -> Settings:
    """The environment's settings with the addresses of the stack on this data folder. Raises CannotStart."""
    state = read_state(folders.state)
    if state is None or not state.ready or not state.supervisor.alive:
        raise CannotStart(f"No Daylight is ready on {folders.data}: start one with `daylight up`.")
    found = {"database_url": state.database_url, "nats_url": state.nats_url, "secrets_directory": folders.secrets}
    return settings().model_copy(update=found)
