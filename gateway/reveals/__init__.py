"""Reveals: what is sealed of a record, told to whoever may have it, and recorded first."""
