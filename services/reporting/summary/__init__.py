"""Summaries: the fourteen measures of a school, a district or an agency in a school year (P7)."""
