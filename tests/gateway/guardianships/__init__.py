"""Who holds the rights over students' records, and what parents and students see."""
