"""Deliveries: the district's own copy of an incident at one of its schools (P4, P7)."""
