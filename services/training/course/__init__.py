"""A course of an agency's catalog."""
