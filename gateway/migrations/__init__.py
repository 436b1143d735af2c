"""The gateway's migrations, each in explicit SQL."""
