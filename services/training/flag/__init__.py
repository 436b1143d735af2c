"""Flags: what the rules found about an officer's records."""
