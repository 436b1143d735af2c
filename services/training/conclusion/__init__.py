"""Conclusions: what follows from an officer's records by the rules in force."""
