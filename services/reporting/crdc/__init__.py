"""The district's file for the Civil Rights Data Collection (P1, P4, P7)."""
