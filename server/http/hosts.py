"""Which portal a host name belongs to, remembered for a moment, and so which pages of other origins may ask it and show its papers."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from tenants.portals import Door, Portals

KEPT, KEPT_SECONDS = 1_000, 30.0
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
ORIGIN = re.compile(r"https://([a-z0-9.-]{1,253})(:[0-9]{1,5})?")
LOCAL = re.compile(r"([a-z0-9.-]+\.)?localhost|127\.0\.0\.1|\[::1\]")
DEVELOPMENT = re.compile(rf"https?://({LOCAL.pattern})(:[0-9]{{1,5}})?")
# What may show a paper in a demo: the pages of whoever develops one, on this machine.
DEVELOPMENT_FRAMES = ("http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*")


def name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    return re.sub(r":[0-9]*$", "", host).lower()


def is_local(host: str) -> bool:
    """Whether nobody but this machine is meant by a host."""
    return LOCAL.fullmatch(name_of(host)) is not None


def address_of(host: str, scheme: str = "https") -> str:
    """Where a host is reached. Portals are reached by https, whatever a proxy speaks to us; only on the machine itself it may be http."""
    return f"{scheme if is_local(host) else 'https'}://{host.lower()}"


class Hosts:
    """Names that clients send, so few are kept and odd ones are not looked up.

    `allowed` names origins elsewhere whose pages may ask a portal, by a host of it. In a demo, pages of the same machine may ask.
    """

    def __init__(
        self,
        portals: Portals,
        ticks: Callable[[], float] = time.monotonic,
        allowed: Mapping[str, Sequence[str]] | None = None,
        is_demo: bool = False,
    ) -> None:
        self.portals, self.ticks, self.allowed, self.is_demo = portals, ticks, allowed or {}, is_demo
        self.kept: OrderedDict[str, tuple[float, Door | None]] = OrderedDict()

    async def door(self, host: str) -> Door | None:
        """The portal with this host, whatever the port."""
        name = name_of(host)
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
        """Whether pages of this origin may ask this host.

        They may when both are hosts of one portal, and the page came over https; another port than 443 is the one that is asked, too. Or
        when the operator named the origin for a host of this portal.
        """
        if self.is_demo and is_local(host) and DEVELOPMENT.fullmatch(origin):
            return True
        ours = await self.door(host)
        if ours is None:
            return False
        if any([await self.door(named) == ours for named, origins in self.allowed.items() if origin in origins]):
            return True
        match = ORIGIN.fullmatch(origin)
        if match is None:
            return False
        return origin == address_of(host) if match[2] else await self.door(match[1]) == ours

    def frames(self, official_hosts: Iterable[str]) -> str:
        """What may show a paper of a portal inside of itself, for `frame-ancestors`: the portal's own pages, on any of its hosts."""
        hosts = [host for host in official_hosts if not is_local(host)]
        named = [origin for host in hosts for origin in self.allowed.get(host, ())]
        return " ".join(dict.fromkeys(["'self'", *map(address_of, hosts), *named, *(DEVELOPMENT_FRAMES if self.is_demo else ())]))
