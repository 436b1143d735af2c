"""What agencies and districts say: the records of all kinds are kept and spoken of alike."""
