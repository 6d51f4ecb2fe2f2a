"""What one request costs its sender: priced before it runs, paid once, and settled by what it has read."""

from models.sentences import Sentence
from server.http.error_codes import Code, Declined
from server.limits.budgets import Budgets, payer_of
from tenants import Scope


class Charge:
    """The cost of one request in points, and the budget that pays for it.

    Signing in is free: it has throttles of its own, so that nobody is shut out by what others ask for at the same address.
    """

    __slots__ = ("budgets", "cost", "is_free", "limit", "remaining")

    def __init__(self, cost: int, budgets: Budgets, limit: int, is_free: bool = False) -> None:
        self.cost, self.budgets, self.limit, self.is_free = cost, budgets, limit, is_free
        self.remaining: int | None = None  # points left in the budget, once the cost is paid

    def pay(self, scope: Scope) -> None:
        """Takes the cost from the budget, once for a request however often it is tried. Raises when there is too little left."""
        if self.is_free or self.remaining is not None:
            return
        points, wait_seconds = self.budgets.take(payer_of(scope), self.cost)
        self.remaining = points
        if wait_seconds is not None:
            message = Sentence("Too much has been asked for: try again in {seconds} seconds.", seconds=wait_seconds)
            raise Declined(Code.RATE_LIMITED, message, headers=((b"retry-after", b"%d" % wait_seconds),), cost=self.shown())

    def settle(self, scope: Scope, rows: int) -> None:
        """What was read beyond the price, because lists were longer than they usually are, is owed."""
        if rows > self.cost and not self.is_free:
            self.budgets.owe(payer_of(scope), rows - self.cost)

    def shown(self) -> dict[str, int]:
        """What clients read about it in `extensions.cost`."""
        remaining = self.budgets.capacity if self.remaining is None else self.remaining
        return {"requested": self.cost, "limit": self.limit, "remaining": remaining, "restoreRate": self.budgets.per_second}
