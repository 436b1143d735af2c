"""What is counted of incidents, kept up with their events (P7)."""
