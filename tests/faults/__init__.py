"""What an agency was told is kept stays kept, whatever is killed, frozen, wiped, repeated or cut off meanwhile."""
