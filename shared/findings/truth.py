"""Three answers to whether something is so: yes, no, and not known. Each says what it rests on.

A rule fires on known facts alone. So `all_of` and `any_of` are Kleene's: what is false makes the whole false, and what
is true makes the whole true, whatever else is not known. The pointers are JSON Pointers into what is judged, its
elements by their number.
"""

from collections.abc import Collection
from itertools import chain

NOT_KNOWN = "unknown"


class Yes(tuple[str, ...]):
    """It is so; the pointers are to what makes it so."""

    __slots__ = ()


class Unknown(tuple[str, ...]):
    """It cannot be told; the pointers are to what would have to be known."""

    __slots__ = ()


class No(tuple[str, ...]):
    """It is not so. Nothing asks why, so it has no pointers."""

    __slots__ = ()


Truth = Yes | No | Unknown
NO = No()


def equals(value: str | None, code: str, pointer: str) -> Truth:
    """Whether a coded field has this code. What is null or `unknown` is not known."""
    if value == code:
        return Yes((pointer,))
    return Unknown((pointer,)) if value is None or value == NOT_KNOWN else NO


def among(value: str | None, codes: Collection[str], pointer: str) -> Truth:
    """Whether a coded field has one of these codes. What is null or `unknown` is not known."""
    if value in codes:
        return Yes((pointer,))
    return Unknown((pointer,)) if value is None or value == NOT_KNOWN else NO


def outside(value: str | None, codes: Collection[str], pointer: str) -> Truth:
    """Whether a coded field has another than these codes. What is null or `unknown` is not known."""
    return negated(among(value, codes, pointer), pointer)


def none_listed(codes: tuple[str, ...] | None, pointer: str) -> Truth:
    """Whether a list of local codes is known to be empty. Null is not known, and so is `unknown` alone."""
    if codes is None or (codes and all(code == NOT_KNOWN for code in codes)):
        return Unknown((pointer,))
    return NO if codes else Yes((pointer,))


def negated(truth: Truth, *rests_on: str) -> Truth:
    """The contrary, resting on these pointers where it holds."""
    if truth is NO:
        return Yes(rests_on)
    return truth if isinstance(truth, Unknown) else NO


def all_of(*truths: Truth) -> Truth:
    """Whether everything is so."""
    unknown = []
    for truth in truths:
        if truth is NO:
            return NO
        if isinstance(truth, Unknown):
            unknown.append(truth)
    return Unknown(chain(*unknown)) if unknown else Yes(chain(*truths))


def any_of(*truths: Truth) -> Truth:
    """Whether something is so."""
    if len(truths) == 1:
        return truths[0]
    known = [truth for truth in truths if isinstance(truth, Yes)]
    if known:
        return Yes(chain(*known))
    unknown = [truth for truth in truths if isinstance(truth, Unknown)]
    return Unknown(chain(*unknown)) if unknown else NO
