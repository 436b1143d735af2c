"""Tests of what the services share, against real PostgreSQL and NATS."""
