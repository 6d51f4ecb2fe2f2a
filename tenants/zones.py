"""Where days begin and end: every portal of a house has a time zone of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

UTC = "UTC"


@dataclass(frozen=True)
class Zones:
    """The time zones of a house's portals, by their keys, and that of the default one, which counts for what is tied to none."""

    of_portals: Mapping[UUID, str] = field(default_factory=dict)
    default: str = UTC

    @classmethod
    def told(cls, portals: Iterable[UUID], zones: Iterable[str | None]) -> "Zones":
        """As the database tells them: the default portal comes first. A record that names no zone means UTC, as `PortalRules` does."""
        known = {portal: zone or UTC for portal, zone in zip(portals, zones, strict=True)}
        return cls(known, next(iter(known.values()), UTC))

    @property
    def is_one(self) -> bool:
        """Whether it is the same day everywhere, so that nobody has to ask which portal something is shown at."""
        return set(self.of_portals.values()) <= {self.default}

    def at(self, portal_id: UUID | None) -> ZoneInfo:
        """The zone of a portal, or of the default one."""
        return ZoneInfo(self.of_portals.get(portal_id, self.default) if portal_id else self.default)


UNKNOWN = Zones()  # before there is a house
