"""A small schema with one of everything that the door looks at, for callers who exist in memory only.

What is tested with it is the door; who sees what of the product is tested with the product.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

import httpx2
import strawberry
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine import SIZE, answered_once_by
from models.base import BadInput, Forbidden, Unauthenticated
from models.portal_rules import PortalRules
from server.http.app import App
from server.http.endpoint import Endpoint
from server.http.health import Health
from server.http.hosts import Hosts
from server.http.persisted_documents import PersistedDocuments
from server.limits.bounds import Bounds
from tenants import AuthContext, Scope, ScopeChanged
from tenants.policy import Policy
from tenants.portals import Door
from tenants.scope import Principal, Realm
from tenants.table import EVERYONE, READERS, STAFF
from tenants.tallies import Tally
from tests.executors import IS_PLANNED

Info = strawberry.Info[Any, None]
NAMES = UUID(int=0)
NORTH, SOUTH = uuid5(NAMES, "north"), uuid5(NAMES, "south")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "NL91ABNA0417164300"


@strawberry.type
class PageInfo:
    has_next_page: bool = False


@strawberry.type
class Line:
    number: int = 1


@strawberry.type
class Thing:
    name: str = "thing"

    @strawberry.field
    def next(self) -> "Thing":
        return Thing()

    lines: list[Line] = strawberry.field(default_factory=lambda: [Line()], metadata={SIZE: 480})

    @strawberry.field
    def things(self, first: int | None = None, last: int | None = None) -> "ThingConnection":
        return ThingConnection(total_count=next((size for size in (first, last) if size is not None), 25))

    @strawberry.field
    def broken(self, info: Info) -> str | None:
        raise info.context.trouble


@strawberry.type
class ThingEdge:
    cursor: str = "x"
    node: Thing = strawberry.field(default_factory=Thing)


@strawberry.type
class ThingConnection:
    total_count: int = 0
    page_info: PageInfo = strawberry.field(default_factory=PageInfo)
    nodes: list[Thing] = strawberry.field(default_factory=lambda: [Thing()])
    edges: list[ThingEdge] = strawberry.field(default_factory=list)


async def latest(info: Info, first: int = 6) -> list[Thing]:
    return [Thing() for _ in range(first)]


@strawberry.type
class Query:
    @strawberry.field
    def number(self) -> int:
        return 1

    @strawberry.field
    def echo(self, text: str | None = None, number: int | None = None) -> str | None:
        return text

    @strawberry.field
    def who(self, info: Info) -> str:
        return str(info.context.scope.realm.value)

    @strawberry.field
    def secret(self) -> str:
        return "for those who are signed in"

    @strawberry.field
    def staff_secret(self) -> str:
        return "for staff"

    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    def things(self, first: int | None = None, last: int | None = None) -> ThingConnection:
        return ThingConnection(total_count=next((size for size in (first, last) if size is not None), 25))

    latest: list[Thing] = answered_once_by(latest, "The first few.", size=100)

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Thing | None]:
        return [None for _ in ids]

    @strawberry.field
    def broken(self, info: Info) -> str | None:
        raise info.context.trouble

    @strawberry.field
    def breaking(self, number: int, info: Info) -> str | None:
        raise info.context.trouble

    @strawberry.field
    def wrong(self) -> str | None:
        raise BadInput("The page is too large.", rule="page.size")

    @strawberry.field
    def coded(self) -> str | None:
        raise GraphQLError("From below.", extensions={"code": "MADE_UP"})

    @strawberry.field
    async def slow(self, info: Info) -> str:
        await info.context.slowness()
        return "slow"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def sign_in(self, name: str = "") -> str:
        return name

    @strawberry.mutation
    def rename(self, name: str, info: Info) -> str:
        info.context.done.append(name)
        return name

    @strawberry.mutation
    def refuse(self) -> str | None:
        raise Forbidden


schema = strawberry.Schema(Query, Mutation)
LINES = {
    "Query": [
        (EVERYONE, "number echo who thing things latest nodes broken breaking wrong coded slow"),
        (READERS, "secret"),
        (STAFF, "staffSecret"),
    ],
    "Mutation": [(EVERYONE, "signIn"), (READERS, "rename refuse")],
    "PageInfo": [(EVERYONE, "hasNextPage")],
    "Line": [(EVERYONE, "number")],
    "Thing": [(EVERYONE, "name next lines things broken")],
}


def auth(token: str, tenant: UUID = NORTH, realm: Realm = Realm.CUSTOMER) -> AuthContext:
    """Somebody who is signed in."""
    roles = frozenset({Principal.AGENT}) if realm is Realm.STAFF else frozenset[Principal]()
    ids = {"session_id": uuid5(NAMES, token), "user_id": uuid5(NAMES, token), "token_hash": token.encode()}
    return AuthContext(tenant, realm, PortalRules.default(), tenant_key="north", staff_roles=roles, version=1, **ids)  # type: ignore[arg-type]  # uuids and bytes, by name


async def page(request: Request) -> Response:
    """An answer that knows better what a browser may do with it."""
    return Response("<p>", media_type="text/html", headers={"content-security-policy": "default-src 'self'", "cache-control": "private"})


@dataclass
class Memory:
    """Stands where the rooms below do: knows sessions and portals from two dicts."""

    living: dict[str, AuthContext] = field(default_factory=dict)
    hosts: dict[str, Door] = field(default_factory=dict)
    kept: dict[str, AuthContext] = field(default_factory=dict)
    asked_hosts: list[str] = field(default_factory=list)
    reads: int = 0

    @property
    def sessions(self) -> "Memory":
        return self

    @property
    def portals(self) -> "Memory":
        return self

    async def guess(self, token: str, now: datetime, slides: bool = True) -> AuthContext:
        return self.kept.get(token) or await self.read(token, now)

    async def read(self, token: str, now: datetime, slides: bool = True) -> AuthContext:
        self.reads += 1
        if token not in self.living:
            self.kept.pop(token, None)
            raise Unauthenticated
        self.kept[token] = self.living[token]
        return self.living[token]

    async def find(self, host: str | None, key: str | None = None) -> Door | None:
        self.asked_hosts.append(host or "")
        return self.hosts.get(host or "")

    async def stranger(self, door: Door | None, now: datetime) -> AuthContext:
        return AuthContext(door.tenant_id if door else None, Realm.STRANGER, PortalRules.default())

    def gate(self, scope: Scope, is_current: bool = False) -> Any:
        async def settle() -> None:
            if not is_current and scope.is_signed_in and scope.auth not in self.living.values():
                raise ScopeChanged

        return SimpleNamespace(scope=scope, settle=settle, tally=Tally())


@dataclass
class Small:
    """The app on the small schema, and what tests turn at it."""

    bounds: Bounds = field(default_factory=Bounds)
    trusted: PersistedDocuments = field(default_factory=PersistedDocuments)
    is_planned: bool = IS_PLANNED
    allowed_origins: dict[str, list[str]] = field(default_factory=dict)
    is_demo: bool = False
    memory: Memory = field(default_factory=Memory)
    trouble: Exception = field(default_factory=lambda: RuntimeError(SECRET))
    slowness: Callable[[], Any] = field(default=lambda: asyncio.sleep(0))
    done: list[str] = field(default_factory=list)
    languages: list[tuple[str, ...]] = field(default_factory=list)  # of each operation that was run
    doors: list[Door | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory.living |= {"north.customer": auth("north.customer"), "north.agent": auth("north.agent", realm=Realm.STAFF)}
        self.memory.living |= {"south.customer": auth("south.customer", SOUTH)}
        north, south = Door(NORTH, "north", uuid5(NAMES, "p1")), Door(SOUTH, "south", uuid5(NAMES, "p2"))
        self.memory.hosts |= {"north.example": north, "www.north.example": north, "south.example": south}
        memory: Any = self.memory
        policy, hosts = Policy(schema._schema, LINES), Hosts(memory, allowed=self.allowed_origins, is_demo=self.is_demo)
        self.endpoint = Endpoint(schema, policy, memory, hosts, self.context, lambda: NOW, self.bounds, self.trusted, self.is_planned)
        self.health = Health({"database": self.is_well})
        self.app = App(self.endpoint, self.health, self.running, [Route("/page", page)])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    async def is_well(self) -> bool:
        return True

    def context(self, scope: Scope, gate: Any, door: Door | None) -> Any:
        self.languages.append(scope.client.languages)
        self.doors.append(door)
        return SimpleNamespace(scope=scope, gate=gate, door=door, trouble=self.trouble, slowness=self.slowness, done=self.done, loaders={})

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """Asks the app, from north.example unless told otherwise."""
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url="https://north.example", headers=headers)

    def change(self, token: str) -> None:
        """Raise the version of somebody's standing, as the database's triggers do."""
        self.memory.living[token] = replace(self.memory.living[token], version=self.memory.living[token].version + 1)
