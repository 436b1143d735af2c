"""The local stack: PostgreSQL, NATS and Daylight's own processes, started and watched by one supervisor."""
