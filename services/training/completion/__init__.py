"""That an officer completed a course."""
