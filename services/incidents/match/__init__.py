"""Matches: which of a district's students the people in its copies are. For the district alone."""
