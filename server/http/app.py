"""The ASGI app: what is at which address."""

import gc
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.routing import BaseRoute, Route, Router

from server.http.endpoint import Endpoint
from server.http.health import Health
from server.http.middleware import Dressed
from server.limits.execution_stats import telling

PATH = "/graphql"
Running = Callable[[], AbstractAsyncContextManager[None]]


class App(Dressed):
    """The app around an endpoint: whatever answers, the answer is dressed. `running` holds open what it needs for as long as the process
    lives, and `health` says whether it may be asked.
    """

    def __init__(self, endpoint: Endpoint, health: Health, running: Running, routes: Iterable[BaseRoute] = ()) -> None:
        @asynccontextmanager
        async def lifespan(router: Router) -> AsyncIterator[None]:
            async with running(), telling(endpoint.library.counts):
                settle_down()
                yield

        own = [Route(PATH, endpoint), Route(f"{PATH}/", endpoint), Route("/live", health.live), Route("/ready", health.ready)]
        router = Router([*own, *routes], redirect_slashes=False, lifespan=lifespan)
        super().__init__(router, endpoint.hosts, {PATH: endpoint, f"{PATH}/": endpoint})
        self.router, self.health = router, health


def settle_down() -> None:
    """Everything made while starting stays, so the collector need not look at it again, nor look so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
