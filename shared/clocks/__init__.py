"""When something is due, and what that means on a day."""
