"""Certified suppression: which numbers of a table must be hidden, and the proof that nobody can work them out (X.15).

`shape` says which sums are printed, `search` finds what to hide with the worlds that prove it, and `certified` checks
the proof without the program that found it. Pure: no I/O.
"""
