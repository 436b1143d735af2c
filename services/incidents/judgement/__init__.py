"""Judgements: what each side says of a contact (P3, P7)."""
