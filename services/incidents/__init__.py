"""Incidents: every response of an SRO to a student matter, of any outcome (P3, P4, P7)."""
