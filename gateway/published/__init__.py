"""Published tables, as everybody may have them: JSON, CSV, GraphQL (P1.9)."""
