"""The ASGI app: what is at which address."""

import gc
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from server.dressing import Dressed
from server.endpoint import Endpoint
from server.health import Health
from server.tallies import telling

PATH = "/graphql"
Running = Callable[[], AbstractAsyncContextManager[None]]


def app_of(endpoint: Endpoint, health: Health, running: Running, routes: Iterable[BaseRoute] = ()) -> Starlette:
    """The app around an endpoint. `running` holds open what it needs for as long as the process lives."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(), telling(endpoint.library.counts):
            settle_down()
            yield

    own = [Route(PATH, endpoint), Route("/live", health.live), Route("/ready", health.ready)]
    app = Starlette(routes=[*own, *routes], middleware=[Middleware(Dressed, endpoint.hosts, {PATH: endpoint})], lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.health = health
    return app


def settle_down() -> None:
    """Everything made while starting stays, so the collector need not look at it again, nor look so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
