"""Scopes and gates of the people of the test world, without the door."""

from tenants import ClientInfo, Gate, Scope
from tests.world import World, token_of

ASKING = ClientInfo("a-request", "192.0.2.7", "a test")


async def scope_of(world: World, who: str) -> Scope:
    """As the database has it now."""
    return Scope(await world.tenancy.sessions.read(token_of(who), world.now), world.now, ASKING)


async def gate_of(world: World, who: str) -> Gate:
    return world.tenancy.gate(await scope_of(world, who), is_current=True)
