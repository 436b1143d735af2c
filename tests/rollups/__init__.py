"""What is counted of incidents, and what summaries say of it."""
