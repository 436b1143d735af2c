"""Public-use files of the Civil Rights Data Collection: one row a school."""
