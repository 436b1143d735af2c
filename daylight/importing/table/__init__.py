"""Tables of other systems, in CSV or NDJSON, to records, as a mapping says."""
