"""What services and the gateway stand on: contracts, then records, then web."""
