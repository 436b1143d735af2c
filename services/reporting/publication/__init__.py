"""Tables for everybody: counted, protected, certified, and frozen (P1.9, X.15)."""
