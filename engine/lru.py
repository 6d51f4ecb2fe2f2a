"""Bounded memory for what was made once and may be wanted again."""

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar


class Weighed(Protocol):
    """Something that knows about how many bytes it holds."""

    @property
    def weight(self) -> int: ...


V = TypeVar("V", bound=Weighed)


class LRU(Generic[V]):
    """What was used last, up to a number and a weight. What has not been wanted for longest goes first."""

    def __init__(self, most: int, heaviest: int) -> None:
        self.most, self.heaviest, self.weight = most, heaviest, 0
        self._kept: OrderedDict[str, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> V | None:
        """What is kept under this key, which counts as wanting it."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: str, value: V) -> None:
        """Keeps it, or keeps it at its present weight. Something too heavy for the whole shelf is not kept."""
        self.take(key)
        self._kept[key] = value, value.weight
        self.weight += value.weight
        while self._kept and (len(self._kept) > self.most or self.weight > self.heaviest):
            _, (_, weight) = self._kept.popitem(last=False)
            self.weight -= weight

    def take(self, key: str) -> V | None:
        """What was kept under this key, which is kept no longer."""
        found = self._kept.pop(key, None)
        if found is None:
            return None
        self.weight -= found[1]
        return found[0]
