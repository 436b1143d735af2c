"""Flags: what the rules found about an incident, and what people said of it."""
