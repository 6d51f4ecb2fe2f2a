"""How much somebody may ask for in a while: a bucket of cost points that fills again by itself.

A person has one for all sessions, and strangers one for each address, or each network where a client chooses its own addresses. The buckets
live in this worker's memory. With several workers there is one in each, so what may be asked for in all grows with them.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import NamedTuple

from tenants import Scope

KEPT = 20_000  # buckets; whoever has not asked for longest is forgotten, and has a full one again
NETWORK = 8  # bytes of an IPv6 address that its provider chooses: the rest is the client's
LEAST = 1  # an operation that costs nothing is still an operation


class Left(NamedTuple):
    """What somebody may still ask for, and in how many seconds the refused operation would pass; `None` when it passed."""

    points: int
    wait_seconds: int | None


class Budgets:
    """`ticks` counts seconds, from anywhere."""

    def __init__(self, capacity: int = 50_000, per_second: int = 1_000, ticks: Callable[[], float] = time.monotonic) -> None:
        self.capacity, self.per_second, self.ticks = capacity, per_second, ticks
        self.buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()  # points, and when that was so

    def take(self, payer: bytes, cost: int) -> Left:
        """Pays for an operation, or tells how long to wait."""
        now = self.ticks()
        points, since = self.buckets.get(payer, (self.capacity, now))
        points = min(self.capacity, points + (now - since) * self.per_second)
        missing = max(cost, LEAST) - points
        if missing > 0:
            return Left(max(int(points), 0), max(1, ceil(missing / self.per_second)))
        self.buckets[payer] = (points - max(cost, LEAST), now)
        self.buckets.move_to_end(payer)
        if len(self.buckets) > KEPT:
            self.buckets.popitem(last=False)
        return Left(int(points) - max(cost, LEAST), None)

    def owe(self, payer: bytes, cost: int) -> None:
        """Takes what an operation has cost beyond its price, even where so much is not left: then others have to wait for it."""
        now = self.ticks()
        points, since = self.buckets.get(payer, (self.capacity, now))
        self.buckets[payer] = (min(self.capacity, points + (now - since) * self.per_second) - cost, now)


def payer_of(scope: Scope) -> bytes:
    """Whose bucket pays: the person's, in whichever session, or the network's of a stranger."""
    auth = scope.auth
    if auth.tenant_id is not None and auth.user_id is not None:
        return auth.tenant_id.bytes + auth.user_id.bytes
    return network_of(scope.client.address)


def network_of(address: str | None) -> bytes:
    """An IPv4 address, or the first half of an IPv6 address; what is no address is one network for all."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return b""
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped.packed if found.ipv4_mapped else found.packed[:NETWORK]
    return found.packed
