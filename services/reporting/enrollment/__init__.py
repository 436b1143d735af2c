"""How many students a school has, by group."""
