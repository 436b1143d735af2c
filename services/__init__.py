"""The services: each owns its records, publishes them as events, and never asks another."""
