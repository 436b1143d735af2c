"""What a district says of the people in its copies."""
