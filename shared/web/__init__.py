"""How services are spoken to: applications, callers, problems, conditional requests, paging, bulk, telemetry."""
