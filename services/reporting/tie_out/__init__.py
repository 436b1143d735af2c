"""The tie-out of agencies' records with schools' own cases and figures (P7)."""
