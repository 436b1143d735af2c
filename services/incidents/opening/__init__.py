"""Openings: that a person of a side has opened a report, and acknowledged it (P4, P7)."""
