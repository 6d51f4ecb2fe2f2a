"""What a portal says of itself, to whoever stands before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
import strawberry

from models import Account, Contract, Portal, PortalPolicy, PortalRules, Tenant
from models.words import Described
from resolvers.context import Info
from tenants import Gate, Scope


class PortalStatus(Described):
    """Whether a portal can be used."""

    OPEN = "OPEN", "It can be used."
    MAINTENANCE = "MAINTENANCE", "It is being worked on: see `maintenanceNotice`."


@dataclass(frozen=True)
class Shown:
    """A portal with its house and the record that holds there."""

    row: Any
    tenant: Any
    rules: PortalRules

    typename = "Portal"

    def __getattr__(self, name: str) -> Any:
        """What the portal's own row does not say, its record does."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.row if name in ("key", "brand", "maintenance_notice") else self.rules, name)

    @property
    def sign_in(self) -> PortalRules:
        return self.rules


async def portal(
    info: Info,
    key: Annotated[
        str | None, strawberry.argument(description="Its key. Without one: that of your session, or that of the host you ask.")
    ] = None,
) -> Shown | None:
    """The portal with this key, else the caller's, else that of the request's host."""
    context = info.context
    auth = context.scope.auth
    if key is None and auth.tenant_id is not None:
        [found] = await _shown(context.gate, [auth.portal_id])
        return found
    door = await context.tenancy.portals.find(None, key[:100].replace("\0", "")) if key else None
    if door is None:
        return None
    scope = Scope(await context.tenancy.portals.stranger(door, context.scope.now), context.scope.now, context.scope.client)
    [found] = await _shown(context.tenancy.gate(scope), [door.portal_id])
    return found


async def of_accounts(accounts: list[Account], info: Info) -> list[Shown | None]:
    """The portal where each is shown: its own, else the house's default."""
    return await _shown(info.context.gate, [account.portal_id for account in accounts])


async def of_contracts(contracts: list[Contract], info: Info) -> list[Shown | None]:
    """The portal where each is shown: its own, else its account's, else the house's default."""
    accounts = await info.context.gate.parents(Account, of=contracts, by="account_id")
    keys = [c.portal_id or (account.portal_id if account else None) for c, account in zip(contracts, accounts, strict=True)]
    return await _shown(info.context.gate, keys)


async def _shown(gate: Gate, keys: Sequence[Any]) -> list[Shown | None]:
    house = next(iter(await gate.every(Tenant, (), ())), None)
    rows = await gate.every(Portal, (), ("id",))
    valid = [("valid_from_at", "<=", gate.scope.now)]
    policies = await gate.first_child(PortalPolicy, of=rows, by="portal_id", order=("-version",), conditions=valid)
    portals = {row.id: row for row in rows}
    rules = {row.id: PortalRules.from_json(orjson.loads(str(policy.record))) for row, policy in zip(rows, policies, strict=True) if policy}
    default = gate.scope.auth.portal_id if gate.scope.is_staff else None
    wanted = [key or default or (house.default_portal_id if house else None) for key in keys]
    return [Shown(portals[key], house, rules[key]) if key and key in portals and key in rules else None for key in wanted]


async def status(portals: list[Shown], info: Info) -> list[PortalStatus]:
    """Whether each can be used."""
    return [PortalStatus.OPEN if shown.row.maintenance_notice is None else PortalStatus.MAINTENANCE for shown in portals]
