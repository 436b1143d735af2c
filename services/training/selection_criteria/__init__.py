"""By what an agency and a district choose SROs (P1, P5)."""
