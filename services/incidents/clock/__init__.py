"""Clocks of an incident: which run, since when, until when, and what met them."""
