"""A school's own cases, for the tie-out."""
