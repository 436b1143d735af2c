"""Clocks of an officer: which run, since when, until when, and what met them."""
