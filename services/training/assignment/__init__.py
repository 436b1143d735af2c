"""That an officer is assigned to schools."""
