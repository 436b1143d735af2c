"""The principles as rules: what raises each, what does not, and what leaves it undetermined."""
