"""That an officer belongs to a professional organisation (P12)."""
