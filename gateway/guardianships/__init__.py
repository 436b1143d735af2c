"""Guardianships: who holds the rights over a student's records, as the student's district says."""
