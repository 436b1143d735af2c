"""What the rules promise over time, held against sequences of acts that nobody thought of."""
