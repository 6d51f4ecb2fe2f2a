"""Whether this process lives, and whether it should be sent requests."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.error_reports import SELDOM

Check = Callable[[], Awaitable[bool]]
LONGEST_SECONDS = 0.5


class Health:
    """`checks` are asked by `/ready`, each by the name that stands for it when it fails. `/live` asks nothing.

    A failure of one of the `partial` checks is reported as `degraded`, and the process stays in service: most requests can be answered.
    """

    def __init__(self, checks: Mapping[str, Check], seconds: float = LONGEST_SECONDS, partial: Mapping[str, Check] | None = None) -> None:
        self.checks, self.seconds, self.partial = checks, seconds, partial or {}
        self.is_stopping = False

    async def live(self, request: Request) -> Response:
        """The process runs. Whoever restarts processes asks this, and a database that is away is no reason to."""
        return JSONResponse({"live": True})

    async def ready(self, request: Request) -> Response:
        """All it needs is there. Whoever distributes requests asks this."""
        if self.is_stopping:
            return JSONResponse({"ready": False, "reasons": ["stopping"]}, 503)
        reasons, degraded = await asyncio.gather(self.failing(self.checks), self.failing(self.partial))
        body = {"ready": not reasons, "reasons": reasons} | ({"degraded": degraded} if degraded else {})
        return JSONResponse(body, 503 if reasons else 200)

    async def failing(self, checks: Mapping[str, Check]) -> list[str]:
        """What is missing, by name; what does not answer in time is."""
        are_well = await asyncio.gather(*[self._is_well(name, check) for name, check in checks.items()])
        return [name for name, is_well in zip(checks, are_well, strict=True) if not is_well]

    async def _is_well(self, name: str, check: Check) -> bool:
        try:
            async with asyncio.timeout(self.seconds):
                return await check()
        except Exception as error:
            SELDOM.say("not ready", name, error=type(error).__qualname__)
            return False
