"""Tests of the reporting service, against real PostgreSQL and NATS."""
