"""The principles as rules: what each says of a record, by pure functions."""
