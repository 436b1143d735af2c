"""One response of an SRO to a student matter."""
