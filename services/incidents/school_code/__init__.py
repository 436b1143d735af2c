"""An agency's own code of a school, and the school that it means."""
