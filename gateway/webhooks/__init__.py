"""Webhooks: a client is told that a clock or a flag changed, and asks for the record itself."""
