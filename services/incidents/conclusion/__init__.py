"""Conclusions: what follows from an incident by the rules in force."""
