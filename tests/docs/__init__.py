"""Tests that keep the documentation true: it is run, or held against the code."""
