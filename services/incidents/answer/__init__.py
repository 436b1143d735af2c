"""Answers to what a report leaves open: apart from the report, and laid over it to make the record. Pure."""
