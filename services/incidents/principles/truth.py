"""What rules ask of an incident that is known, not so, or not known: reasons that were given, and what officers did."""

from collections.abc import Callable, Collection

from shared.contracts.incidents import Action, Incident, Reason
from shared.findings.truth import NO, NOT_KNOWN, Truth, Unknown, Yes, all_of, among, any_of


def none_given(reason: Reason | None, pointer: str) -> Truth:
    """Whether no reason was given: null, or neither code nor text. Null is the known fact that there is none."""
    if reason is None or (reason.code is None and reason.text == "none"):
        return Yes((pointer,))
    return Unknown((pointer,)) if reason.code == NOT_KNOWN and reason.text == "none" else NO


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
