"""What an SRO is, how long one has served, how often one is trained: the guiding principles as pure functions."""
