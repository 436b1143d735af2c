"""Reads that are out of the usual: found in the disclosure record, a task for the district's privacy officer."""
