"""How records are moved: the log, the relay, the projector, dead letters and rebuilding, each on real servers."""
