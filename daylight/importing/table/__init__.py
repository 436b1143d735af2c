"""Tables of other systems, in CSV or NDJSON, to incidents, as a mapping says."""
