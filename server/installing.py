"""The whole product from its settings: what `serve`, the demo and the tests run."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from channels.files import FileStore
from models.migrating import is_current
from resolvers.context import Context
from schema import build
from server.app import app_of
from server.downloads import Downloads
from server.endpoint import Bounds, Endpoint
from server.health import Health
from server.hosts import Hosts
from server.landing import Landing
from server.links import SignedLinks
from server.settings import Settings
from server.trusted import Trusted
from tenants import Gate, Scope, Tenancy
from tenants.database import Database
from tenants.policy import Policy
from tenants.portals import Door
from tenants.table import LINES


@dataclass
class Product:
    """The app, and what of it others look at."""

    app: Starlette
    endpoint: Endpoint
    health: Health
    tenancy: Tenancy
    links: SignedLinks


def clock() -> datetime:
    return datetime.now(UTC)


def product(settings: Settings, now: Callable[[], datetime] = clock, bounds: Bounds | None = None) -> Product:
    """Everything put together; it opens its connections when the app starts."""
    urls, store = settings.urls, FileStore.in_folder(settings.files)
    tenancy = Tenancy(
        Database(urls.app, settings.connections),
        Database(urls.app, 2, is_writing=True),
        settings.key("cursors"),
        settings.key("attempts"),
        settings.writers,
    )
    links = SignedLinks(settings.key("links"), settings.public_url or f"http://{settings.host}:{settings.port}")

    def answering(scope: Scope, gate: Gate, door: Door | None) -> Context:
        return Context(scope, gate, tenancy, links, door)

    schema = build()
    folder, is_required = settings.trusted_documents, settings.only_trusted_documents
    trusted = Trusted.in_folder(folder, is_required) if folder else Trusted()
    policy, hosts = Policy(schema._schema, LINES), Hosts(tenancy.portals)
    endpoint = Endpoint(schema, policy, tenancy, hosts, answering, now, bounds, trusted, is_planned=settings.engine == "planned")
    health = Health(checks(tenancy))
    routes = [
        Route("/", Landing(tenancy)),
        Route("/documents/{ticket}", Downloads(tenancy, links, store, now)),
    ]
    return Product(app_of(endpoint, health, _running(tenancy), routes), endpoint, health, tenancy, links)


def checks(tenancy: Tenancy) -> dict[str, Callable[[], Any]]:
    """What `/ready` asks."""

    async def database() -> bool:
        await tenancy.database.fetch("select 1")
        return True

    async def migrations() -> bool:
        return is_current(dict(map(tuple, await tenancy.database.fetch("select name, sha256 from migration"))))

    return {"database": database, "migrations": migrations}


def _running(tenancy: Tenancy) -> Callable[[], Any]:
    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        await tenancy.open()
        try:
            yield
        finally:
            await tenancy.close()

    return running
