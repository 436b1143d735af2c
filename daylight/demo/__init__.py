"""Data of the demo: made-up incidents at made-up schools, one agency's real month, and a real list of schools."""
