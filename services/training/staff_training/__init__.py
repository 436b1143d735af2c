"""How many of a school's staff are trained in the operations of SROs (P8)."""
