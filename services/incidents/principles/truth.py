"""Three answers to whether something is so: yes, no, and not known. Each says what it rests on.

A rule fires on known facts alone. So `all_of` and `any_of` are Kleene's: what is false makes the whole false, and what
is true makes the whole true, whatever else is not known. The pointers are JSON Pointers into the record, its elements
by their number.
"""

from collections.abc import Callable, Collection
from itertools import chain

from shared.contracts.incidents import Action, Incident, Reason

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


def none_given(reason: Reason | None, pointer: str) -> Truth:
    """Whether no reason was given: null, or neither code nor text. Null is the known fact that there is none."""
    if reason is None or (reason.code is None and reason.text == "none"):
        return Yes((pointer,))
    return Unknown((pointer,)) if reason.code == NOT_KNOWN and reason.text == "none" else NO


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


def some_action(
    incident: Incident, types: Collection[str], holds: Callable[[Action, str], Truth] | None = None
) -> Truth:
    """Whether the officers did something of these types, and of some such action `holds` says yes.

    `holds` is given the action and the pointer to it. An action of unknown type may be one of them.
    """
    if incident.actions is None:
        return Unknown(("/actions",))
    truths = [_holds(action, types, holds) for action in incident.actions]
    return any_of(*truths)


def _holds(action: Action, types: Collection[str], holds: Callable[[Action, str], Truth] | None) -> Truth:
    here = f"/actions/{action.action_number}"
    is_one = among(action.type, types, f"{here}/type")
    if holds is None or is_one is NO:
        return is_one
    truth = holds(action, here)
    return NO if truth is NO else all_of(is_one, truth)
