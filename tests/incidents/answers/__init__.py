"""Answers to what reports leave open."""
