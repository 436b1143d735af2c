"""How an agency evaluates an officer (P6)."""
