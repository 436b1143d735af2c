"""A school's own figures, for the tie-out."""
