"""The gateway's database, and the two roles that use it."""

from pathlib import Path

from shared.records.database import DatabasePlan

READER = "daylight_gateway_reader"
PROJECTOR = "daylight_gateway_projector"
DATABASE = DatabasePlan(
    name="daylight_gateway",
    owner="daylight_gateway",
    roles=(READER, PROJECTOR),
    migrations=Path(__file__).parent / "migrations" / "versions",
)
