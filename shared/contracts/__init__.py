"""What is said: record types, their FERPA labels, code lists and the event envelope. Imports nothing of ours."""
