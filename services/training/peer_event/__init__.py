"""Events of SROs among their peers (P12)."""
