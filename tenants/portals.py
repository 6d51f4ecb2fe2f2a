"""The front doors of a house: which one a request came through, and the policy record that holds there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from models.portal_rules import PortalRules
from tenants.database import Database
from tenants.scope import AuthContext, Realm
from tenants.zones import UNKNOWN, Zones

FIND = "select * from find_portal($1, $2)"
# Of the portal, or of the house's default one: the record that is valid now. And the zones of all portals of the house, the default one's
# first: deadlines are counted where a contract is shown, which need not be where somebody has signed in.
RULES = """with s as materialized (select set_config('bailiwick.tenant', $1::text, true)::uuid as tenant_id)
select r.record, r.country, z.portals, z.zones from s cross join lateral (
  select p.record, (select t.country from tenant t where t.id = s.tenant_id) as country
  from portal_policy p where p.tenant_id = s.tenant_id and p.valid_from_at <= $3
    and p.portal_id = coalesce($2, (select t.default_portal_id from tenant t where t.id = s.tenant_id))
  order by p.version desc limit 1 offset 0) r
cross join lateral (
  select array_agg(c.portal_id order by c.is_default desc) as portals, array_agg(c.time_zone order by c.is_default desc) as zones from (
    select distinct on (p.portal_id) p.portal_id, p.record ->> 'time_zone' as time_zone, p.portal_id = t.default_portal_id as is_default
      from portal_policy p join tenant t on t.id = p.tenant_id where p.tenant_id = s.tenant_id and p.valid_from_at <= $3
      order by p.portal_id, p.version desc offset 0) c) z"""


@dataclass(frozen=True)
class Governing:
    """What holds at one portal, where days begin and end at all of its house's, and the country of the house."""

    rules: PortalRules
    zones: Zones = UNKNOWN
    country: str | None = None


@dataclass(frozen=True)
class Door:
    """One portal of one tenant, as a request named it by its host or key."""

    tenant_id: UUID
    tenant_key: str
    portal_id: UUID


class Portals:
    """Read from the database each time: a stranger asks once a visit, and a session's standing keeps what it was told."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def find(self, host: str | None, key: str | None = None) -> Door | None:
        """The portal with this host, else with this key."""
        rows = await self.database.fetch(FIND, (host or "").partition(":")[0].lower(), key)
        return Door(**_named(rows[0])) if rows else None

    async def governing(self, tenant_id: UUID, portal_id: UUID | None, now: datetime) -> Governing:
        """The policy record of a portal, or of the tenant's default one, and the zones of the house."""
        rows = await self.database.fetch(RULES, str(tenant_id), portal_id, now)
        if not rows:
            return Governing(PortalRules.default())
        zones = Zones.told(rows[0]["portals"], rows[0]["zones"])
        return Governing(PortalRules.from_json(orjson.loads(rows[0]["record"])), zones, rows[0]["country"])

    async def stranger(self, door: Door | None, now: datetime) -> AuthContext:
        """Somebody without a session, at this portal, or at none."""
        if door is None:
            return AuthContext(tenant_id=None, realm=Realm.STRANGER, rules=PortalRules.default())
        known = await self.governing(door.tenant_id, door.portal_id, now)
        return AuthContext(
            door.tenant_id,
            Realm.STRANGER,
            known.rules,
            known.zones,
            known.country,
            tenant_key=door.tenant_key,
            portal_id=door.portal_id,
        )


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("tenant_id", "tenant_key", "portal_id")}
