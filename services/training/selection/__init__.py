"""How an agency chose an SRO (P5)."""
