"""The reporting service: the directory, and what districts say of their schools."""
