"""How much one process takes on at once, and how long it works on one thing."""

from dataclasses import dataclass, field

from server.limits.budgets import Budgets
from server.limits.complexity import Limits
from server.limits.concurrency import ConcurrencyLimiter


@dataclass
class Bounds:
    """The limits of one process. They are plain values: tests and the operator's settings replace them."""

    limits: Limits = field(default_factory=Limits)
    concurrency: ConcurrencyLimiter = field(default_factory=lambda: ConcurrencyLimiter(64, 256))
    sign_in_concurrency: ConcurrencyLimiter = field(
        default_factory=lambda: ConcurrencyLimiter(8, 32)
    )  # so that people can sign in while all other places are taken
    budgets: Budgets = field(default_factory=Budgets)  # of people
    strangers: Budgets = field(default_factory=lambda: Budgets(10_000, 200))  # of networks from where nobody has signed in
    requests: int = 1_000  # at once, at whichever stage: each may hold a body in memory
    operation_seconds: float = 10.0
