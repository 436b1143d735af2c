"""What an agency's systems send: officers, courses, completions, assignments and plans are kept alike."""
