"""The one Alembic environment of all services, and the steps that every service's first migration takes."""
