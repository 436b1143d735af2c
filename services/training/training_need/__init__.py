"""What an officer is to learn, since a review showed it (P6)."""
