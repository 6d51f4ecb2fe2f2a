"""The rooms, put together: one app from settings. The server, the demo and the tests all come through here."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.routing import Route

from channels.files import FileStore
from channels.uploads import Uploads
from finance.figures import Figures
from models.legal_figures import legal_figures
from resolvers.context import Context
from schema import build
from server.http.app import App, Running
from server.http.downloads import Downloads
from server.http.endpoint import Endpoint
from server.http.health import Health
from server.http.hosts import Hosts
from server.http.landing_page import Demo, Landing
from server.http.persisted_documents import PersistedDocuments
from server.http.signed_links import LinksOfOne, SignedLinks
from server.http.uploads import Receiving
from server.limits.bounds import Bounds
from server.process.checks import for_degraded, for_readiness
from server.process.clock import Clock, now
from server.process.settings import Settings
from tenants import Gate, Scope, Tenancy
from tenants.database import Database
from tenants.policy import Policy
from tenants.portals import Door
from tenants.table import LINES


@dataclass(frozen=True)
class Parts:
    """What an app is made of, besides the rooms."""

    tenancy: Tenancy
    links: SignedLinks
    store: FileStore
    clock: Clock = now
    is_planned: bool = True
    trusted: PersistedDocuments = field(default_factory=PersistedDocuments)
    bounds: Bounds | None = None
    is_demo: bool = False
    figures: Figures = field(default_factory=legal_figures)
    origins: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of pages elsewhere that may ask a portal, by its host


@asynccontextmanager
async def nothing_to_open() -> AsyncIterator[None]:
    """For parts that are open already."""
    yield


def app_over(parts: Parts, running: Running = nothing_to_open) -> App:
    """The app. `running` opens the parts when the server starts, and closes them when it ends."""
    tenancy, links = parts.tenancy, parts.links

    def make_context(scope: Scope, gate: Gate, door: Door | None) -> Context:
        return Context(scope, gate, tenancy, LinksOfOne(links, scope, door), parts.figures, door)

    schema = build()
    policy, hosts = Policy(schema._schema, LINES), Hosts(tenancy.portals, allowed=parts.origins, is_demo=parts.is_demo)
    endpoint = Endpoint(schema, policy, tenancy, hosts, make_context, parts.clock, parts.bounds, parts.trusted, parts.is_planned)
    routes = [
        Route("/", Landing(links.base, _demo() if parts.is_demo else None).answer),
        Route("/documents/{ticket}", Downloads(tenancy, links, parts.store, parts.clock, hosts).answer),
        Route("/uploads/{ticket}", Receiving(tenancy, links, Uploads(parts.store), parts.clock).answer, methods=["PUT"]),
    ]
    return App(endpoint, Health(for_readiness(tenancy), partial=for_degraded(parts.store)), running, routes)


def _demo() -> Demo:
    from server.demo.people import on_page  # the generator takes a moment, and only a demo needs it

    return on_page()


def parts_of(settings: Settings, clock: Clock = now, *, is_demo: bool = False) -> Parts:
    """From settings, not opened yet. Raises `WrongSettings`."""
    keys, url = settings.keys, settings.url("app")
    desk = Database(url, settings.desks, is_writing=True)
    tenancy = Tenancy(Database(url, settings.readers), desk, keys.cursor, keys.bucket, settings.writers)
    links = SignedLinks(keys.link, settings.base)
    is_planned, figures = settings.engine == "planned", settings.figures
    return Parts(
        tenancy, links, settings.store, clock, is_planned, settings.trusted, is_demo=is_demo, figures=figures, origins=settings.origins
    )


def opened(settings: Settings, clock: Clock = now, *, is_demo: bool = False, beside: Running = nothing_to_open) -> App:
    """The app of an installation. It connects when it is started, and `beside` runs for as long. Raises `WrongSettings`."""
    parts = parts_of(settings, clock, is_demo=is_demo)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        await parts.tenancy.open()
        try:
            async with beside():
                yield
        finally:
            await parts.tenancy.close()

    return app_over(parts, running)
