"""Tests of the gateway, against real PostgreSQL and through real HTTP."""
