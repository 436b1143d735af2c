"""A district's school year."""
