"""How much each session may ask for in a while: a bucket of cost points that fills again by itself.

The buckets live in this worker's memory. With several workers a session has one in each, so what it may ask for in all grows with them.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import NamedTuple

KEPT = 20_000  # buckets; whoever has not asked for longest is forgotten, and has a full one again
LEAST = 1  # an operation that costs nothing is still an operation


class Left(NamedTuple):
    """What a session may still ask for, and in how many seconds the refused operation would pass; `None` when it passed."""

    points: int
    wait_seconds: int | None


class Budgets:
    """`ticks` counts seconds, from anywhere."""

    def __init__(self, capacity: int = 50_000, per_second: int = 1_000, ticks: Callable[[], float] = time.monotonic) -> None:
        self.capacity, self.per_second, self.ticks = capacity, per_second, ticks
        self.buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()  # points, and when that was so

    def take(self, session: bytes, cost: int) -> Left:
        """Pays for an operation, or tells how long to wait."""
        now = self.ticks()
        points, since = self.buckets.get(session, (self.capacity, now))
        points = min(self.capacity, points + (now - since) * self.per_second)
        missing = max(cost, LEAST) - points
        if missing > 0:
            return Left(int(points), max(1, ceil(missing / self.per_second)))
        self.buckets[session] = (points - max(cost, LEAST), now)
        self.buckets.move_to_end(session)
        if len(self.buckets) > KEPT:
            self.buckets.popitem(last=False)
        return Left(int(points) - max(cost, LEAST), None)
