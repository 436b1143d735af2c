"""Summaries as the gateway shows them: whose counts a viewer may have, and as what they are answered (P7)."""
