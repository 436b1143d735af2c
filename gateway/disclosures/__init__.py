"""The disclosure record: who asked for what of whose record, by which right, and that nobody can quietly change it."""
