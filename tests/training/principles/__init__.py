"""Examples of the rules of training."""
