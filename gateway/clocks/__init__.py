"""What is due, as a calendar program reads it."""
