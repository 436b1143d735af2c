"""Agencies, districts, schools, and the partnerships between agencies and districts: public facts."""
