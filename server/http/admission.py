"""The fourth stage: whether this caller may ask for this operation, and can pay for it."""

from typing import NamedTuple

from server.http.authentication import Caller
from server.http.preparation import Demanded, OperationCall
from tenants.policy import Policy, admit

MOST_CONDITIONS = 16  # sets of values of `@skip` and `@include` that are remembered for one operation


class Admitted(NamedTuple):
    """An operation call that may run for its caller. Only `Admission` makes one, and only one of these is executed."""

    call: OperationCall
    caller: Caller


class Admission:
    """Asks the policy table, then the budget."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def admit(self, call: OperationCall, caller: Caller) -> Admitted:
        """Raises `Unauthenticated` or `Forbidden` for a field that the caller may not name, and `Declined` for a budget that is spent."""
        demanded, principals = self.demanded(call), caller.scope.auth.principals
        if principals not in demanded.admitted:
            admit(demanded.demands, caller.scope)
            demanded.admitted.add(principals)
        call.charge.pay(caller.scope)
        return Admitted(call, caller)

    def demanded(self, call: OperationCall) -> Demanded:
        """What the policy demands for these conditions. It is found out once."""
        kept, conditions = call.operation.demanded, _conditions(call) if call.document.conditions else {}
        key = tuple(conditions.items())
        if (found := kept.get(key)) is None:
            if len(kept) >= MOST_CONDITIONS:
                kept.clear()
            found = kept[key] = Demanded(self.policy.demanded(call.document.tree, call.operation.node, conditions), set())
        return found


def _conditions(call: OperationCall) -> dict[str, bool]:
    """The values of what `@skip` and `@include` read, as far as they are known."""
    given = {} if isinstance(call.coerced, list) else call.coerced.coerced
    return {name: given[name] for name in call.document.conditions if isinstance(given.get(name), bool)}
