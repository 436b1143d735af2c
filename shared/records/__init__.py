"""How records are kept and moved: database, keep (row and log), vault, relay, consumer, rebuild."""
