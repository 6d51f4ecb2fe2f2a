"""The third stage: from an operation call to its caller, by the bearer token and the host that was asked."""

from typing import NamedTuple

from models.base import Unauthenticated
from server.http.error_codes import Code, Declined
from server.http.hosts import Hosts
from server.http.preparation import OperationCall
from tenants import Scope, Tenancy
from tenants.portals import Door
from tenants.scope import AuthContext


class Caller(NamedTuple):
    """Who sends an operation, at which portal. `is_current` says that the database has just confirmed it: else it is remembered."""

    scope: Scope
    door: Door | None
    is_current: bool


class SessionEnded(Unauthenticated):
    """The token belongs to no living session. `stranger` is what its sender is now, which decides the language of the refusal."""

    def __init__(self, stranger: Scope | None) -> None:
        super().__init__()
        self.stranger = stranger


class Authentication:
    """Finds the caller of an operation call."""

    def __init__(self, tenancy: Tenancy, hosts: Hosts) -> None:
        self.tenancy, self.hosts = tenancy, hosts

    async def remembered(self, call: OperationCall) -> Caller:
        """The caller as this process remembers it, or the current one. Raises `Unauthenticated`."""
        door = await self.hosts.door(call.head.client.host)
        auth = await self.tenancy.sessions.guess(call.head.token or "", call.now, not call.operation.is_passive)
        return Caller(_scope(call, auth, door), door, is_current=False)

    async def current(self, call: OperationCall) -> Caller:
        """The caller as the database knows it now, or a stranger where there is no session to look for. Raises `Unauthenticated`."""
        token = call.head.token
        if token is None or call.operation.is_sign_in:
            return await self.stranger(call)
        if not token:
            raise Unauthenticated
        door = await self.hosts.door(call.head.client.host)
        try:
            auth = await self.tenancy.sessions.read(token, call.now, not call.operation.is_passive)
        except Unauthenticated:
            raise SessionEnded(await self.stranger_at(door, call) if door else None) from None
        return Caller(_scope(call, auth, door), door, is_current=True)

    async def stranger(self, call: OperationCall) -> Caller:
        """Somebody without a session: what they may ask depends on the portal only."""
        door = await self.hosts.door(call.head.client.host)
        scope = await self.stranger_at(door, call)
        if call.operation.weighed.asks_schema:
            raise Declined(Code.INTROSPECTION_DISABLED, "Sign in to ask about the schema; it is published as a file, too.")
        return Caller(scope, door, is_current=True)

    async def stranger_at(self, door: Door | None, call: OperationCall) -> Scope:
        """The scope of somebody without a session at a portal."""
        return Scope(await self.tenancy.portals.stranger(door, call.now), call.now, call.head.client)


def _scope(call: OperationCall, auth: AuthContext, door: Door | None) -> Scope:
    """Raises `Unauthenticated` for a token that another finance house has issued than the one whose portal is asked."""
    if door is not None and auth.tenant_id != door.tenant_id:
        raise Unauthenticated
    return Scope(auth, call.now, call.head.client)
