"""Orders of courts: a record, or one person of it, is taken out of everything and kept out."""
