"""Disparities: each group against all others, by two denominators (P4, P7)."""
