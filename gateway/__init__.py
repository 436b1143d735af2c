"""The gateway: every read, under row-level security and the FERPA policy; the issuer of tokens; the pages."""
