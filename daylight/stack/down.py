"""`daylight down`: end a stack that runs in the background."""

import os
import signal
import time

from daylight.stack.folders import Folders
from daylight.stack.state import end_leftovers, read_state

PATIENCE_SECONDS = 10


def down(folders: Folders) -> int:
    """End the stack of a data folder and wait until it has ended. Exit code 0, also where none runs; 1 if it stays."""
    state = read_state(folders.state)
    if state is None or not (state.supervisor.alive or any(process.alive for process in state.processes)):
        print(f"No Daylight runs on {folders.data}.")
        return 0
    if state.supervisor.alive and state.supervisor.pid is not None:
        os.kill(state.supervisor.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while state.supervisor.alive:
            if time.monotonic() > deadline:
                print(f"The supervisor (process {state.supervisor.pid}) does not end.")
                return 1
            time.sleep(0.02)
    end_leftovers(state.processes)
    print("Daylight has stopped.")
    return 0
