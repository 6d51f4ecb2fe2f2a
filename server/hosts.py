"""Which portal a host name belongs to, remembered for a moment, and so which pages of other hosts may ask."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable

from tenants.portals import Door, Portals

KEPT, KEPT_SECONDS = 1_000, 30.0
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
ORIGIN = re.compile(r"https://([a-z0-9.-]{1,253})")


class Hosts:
    """Names that clients send, so few are kept and odd ones are not looked up."""

    def __init__(self, portals: Portals, ticks: Callable[[], float] = time.monotonic) -> None:
        self.portals, self.ticks = portals, ticks
        self.kept: OrderedDict[str, tuple[float, Door | None]] = OrderedDict()

    async def door(self, host: str) -> Door | None:
        """The portal with this host, whatever the port."""
        name = host.partition(":")[0].lower()
        if not NAME.fullmatch(name):
            return None
        until, door = self.kept.get(name, (0.0, None))
        if until > self.ticks():
            return door
        door = await self.portals.find(name)
        self.kept[name] = (self.ticks() + KEPT_SECONDS, door)
        self.kept.move_to_end(name)
        if len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return door

    async def is_allowed(self, origin: str, host: str) -> bool:
        """Whether pages of this origin may ask this host: when both are hosts of one portal, and the page came over https."""
        match = ORIGIN.fullmatch(origin)
        if match is None:
            return False
        theirs, ours = await self.door(match[1]), await self.door(host)
        return theirs is not None and theirs == ours
