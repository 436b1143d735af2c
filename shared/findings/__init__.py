"""How rules answer, what a flag is, and how a flag lives on: the same for every service. Pure: no clock, no I/O."""
