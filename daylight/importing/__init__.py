"""`daylight import`: files of records systems, through the public API, as any integrator would push them."""

from daylight.importing.command import run
from daylight.importing.stack import StackAddress

__all__ = ["StackAddress", "run"]
